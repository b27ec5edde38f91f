import type { Problem } from '../../client/index.ts'

type Told = Problem & { assignee?: { id: string } | null; requiredPlan?: string; reason?: string }

const reasons: Record<string, string> = {
  unknown: 'is not known here any more',
  inactive: 'is no longer active',
  not_in_teamspace: 'does not serve in this teamspace',
  no_grant: 'may not hold this kind of conversation',
  no_members: 'has nobody who may hold it',
}

/** A refusal in a sentence, by its code. `nameOf`: of a user or AI agent by their id. */
export function sentenceOf(problem: Problem, nameOf: (id: string) => string): string {
  const { code, assignee, requiredPlan, reason } = problem as Told
  const holder = assignee ? nameOf(assignee.id) : 'the queue'
  switch (code) {
    case 'not_assignee':
    case 'assignee_changed':
      return `${holder} has this conversation now. Your text is still here.`
    case 'already_assignee':
      return 'You have this conversation already: send your text as a reply.'
    case 'conversation_closed':
      return 'This conversation was closed meanwhile. Your text is still here.'
    case 'plan_required':
      return `This needs the plan “${requiredPlan}” or above.`
    case 'permission_denied':
      return 'Your role does not let you do this.'
    case 'message_required':
      return 'Write the next reply first: a takeover sends it.'
    case 'target_not_permitted':
      return `Whom you chose ${reasons[reason ?? ''] ?? 'may not hold it'}. Choose another.`
    case 'self_transfer':
      return 'You have it already.'
    case 'not_found':
      return 'You do not see this conversation any more. Your text is still here.'
    case 'payload_too_large':
      return 'This text is too long to send.'
    default:
      return problem.detail
  }
}
