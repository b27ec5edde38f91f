import { createHash, randomBytes } from 'node:crypto'
import { typeid } from 'typeid-js'

const prefixes = {
  workspace: 'wsp',
  teamspace: 'tsp',
  role: 'role',
  user: 'usr',
  team: 'team',
  aiAgent: 'ai',
  apiKey: 'key',
  token: 'tok',
  conversation: 'cnv',
  command: 'cmd',
  message: 'msg',
  notification: 'ntf',
  shiftChange: 'hnd',
  webhook: 'whk',
  delivery: 'dlv',
} as const

/** A new id, such as `cnv_01k…`: a UUIDv7 behind its kind, so that ids sort by creation. */
export function newId(of: keyof typeof prefixes): string {
  return typeid(prefixes[of]).toString()
}

/** A new bearer token with 256 random bits; shown once, kept only as `hashToken` of it. */
export function newToken(of: 'user' | 'ai' | 'key' | 'root'): string {
  return `bt_${of}_${randomBytes(32).toString('base64url')}`
}

/** A new key to sign webhooks with, as Standard Webhooks has it: 256 random bits. */
export function newWebhookSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

/** SHA-256, hex. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
