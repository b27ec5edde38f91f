/** Where a handoff goes: everyone of the teamspace, one user, or some teams in this order. */
export type HandoffTarget =
  | { type: 'anyone' }
  | { type: 'user'; userId: string }
  | { type: 'teams'; teamIds: string[] }

/** An AI agent's Human Handoff settings. Languages are the keys as the conversation names them. */
export type HandoffSettings = {
  target: HandoffTarget
  targetsByLanguage: Record<string, HandoffTarget>
  checkAvailability: boolean
}
