import createClient from 'openapi-fetch'
import type { components, paths } from './contract.ts'
import { type EventsWanted, followEvents } from './events.ts'

type Schemas = components['schemas']
export type Conversation = Schemas['Conversation']
export type Assignment = Schemas['Assignment']
export type Command = Schemas['Command']
export type Message = Schemas['Message']
/** Why something was not done: its `code` tells what else it carries. */
export type Problem = Schemas['Problem']
export type Event = Schemas['Event']
export type Notification = Schemas['Notification']
export type User = Schemas['User']
export type Team = Schemas['Team']
export { EventsRefused, type EventsWanted } from './events.ts'

/** The address, such as `http://127.0.0.1:3000`, and the token of a user, AI agent or API key. */
export type Connection = { url: string; token: string }

export type Baton = ReturnType<typeof createBaton>

/**
 * The HTTP contract, typed by its OpenAPI document: `GET`, `POST` … take a path of it and answer
 * `{data}` or `{error}`, one of the Problems of that route; they reject when there is no answer at
 * all. `events` follows what this principal may see.
 */
export function createBaton({ url, token }: Connection) {
  const headers = { authorization: `Bearer ${token}` }
  const client = createClient<paths>({ baseUrl: url, headers })
  const events = (wanted: EventsWanted = {}) => followEvents({ url, headers }, wanted)
  return { ...client, events }
}
