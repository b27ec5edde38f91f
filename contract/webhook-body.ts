import type { EventRow } from '../db/events/record.ts'
import { eventShape } from './event.ts'

/** What a webhook, which sees what an API key sees, is sent of an event, as Standard Webhooks has it. */
export function webhookBody(event: EventRow): string {
  const data = eventShape(event, { type: 'api_key' })
  return JSON.stringify({ type: data.type, timestamp: data.at, data })
}
