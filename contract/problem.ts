/** The error table of the contract: each code's status and what it means to a reader. */
export const problems = {
  invalid_request: [400, 'The request is not well formed'],
  unauthenticated: [401, 'No valid token'],
  permission_denied: [403, 'Not permitted'],
  plan_required: [403, 'The plan does not include this'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'This path takes other methods'],
  request_timeout: [408, 'The body did not come in time'],
  conversation_closed: [409, 'The conversation is closed'],
  not_assignee: [409, 'Somebody else holds the conversation'],
  already_assignee: [409, 'You hold the conversation already'],
  not_queued: [409, 'The conversation is not queued by a handoff'],
  assignee_changed: [409, 'The Assignee has changed since'],
  no_agent_available: [409, 'No live agent is online'],
  handover_running: [409, 'Another shift change of this user is running'],
  role_in_use: [409, 'Somebody has this role'],
  last_admin: [409, 'The last active admin stays'],
  default_ai_agent: [409, "The teamspace's default AI agent stays"],
  webhook_inactive: [409, 'The webhook is inactive'],
  position_expired: [410, 'What happened after that is no longer kept'],
  payload_too_large: [413, 'The body is too large'],
  target_not_permitted: [422, 'The target may not hold the conversation'],
  self_transfer: [422, 'A transfer to oneself'],
  message_required: [422, 'A takeover sends the next reply'],
  idempotency_key_reused: [422, 'This Idempotency-Key was used for another request'],
  too_many_streams: [429, 'Too many streams are open with this token'],
  internal_error: [500, 'Our fault'],
  engine_unavailable: [503, 'The service cannot carry this out now'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof problems

/** The members of one problem beyond the common ones, such as `assignee` or `requiredPlan`. */
export type ProblemDetails = { detail?: string } & Record<string, unknown>

export type Problem = {
  type: string
  title: string
  status: number
  code: ProblemCode
  detail: string
  requestId: string
  [member: string]: unknown
}

/** A problem+json body for this code, as in RFC 9457. */
export function problem(
  code: ProblemCode,
  requestId: string,
  details: ProblemDetails = {},
): Problem {
  const [status, title] = problems[code]
  return {
    type: `urn:baton:problem:${code}`,
    title,
    status,
    code,
    detail: title,
    requestId,
    ...details,
  }
}

/** The status of a code. */
export function statusOf(code: ProblemCode): number {
  return problems[code][0]
}
