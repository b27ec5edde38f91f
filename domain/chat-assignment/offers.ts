/** A slot offered to a conversation that waits. */
export type Offer = { commandId: string; conversationId: string }

/** Whether anything waits, and what was offered to whom. */
export type Next = { waiting: boolean; offers: Offer[] }

/** The same, as histories have it from when one offer was made at a time. */
type NextOne = { waiting: boolean; offer: Offer | null }

/** What was offered. */
export function offersOf(next: Next | NextOne): Offer[] {
  if ('offers' in next) return next.offers
  return next.offer ? [next.offer] : []
}
