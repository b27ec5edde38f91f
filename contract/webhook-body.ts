import type { EventRow } from '../db/events/record.ts'
import { eventShape } from './event.ts'

/** What a webhook is sent of an event, as Standard Webhooks has it. */
export function webhookBody(event: EventRow): string {
  const data = eventShape(event)
  return JSON.stringify({ type: data.type, timestamp: data.at, data })
}
