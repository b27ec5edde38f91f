import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

type Dependencies = Record<string, { condition: string }>

export type Service = {
  image: string
  build?: string
  command?: string[]
  restart: string
  environment: Record<string, string | number>
  depends_on?: Dependencies
  healthcheck?: { test: string[] }
  ports?: string[]
  configs?: { source: string }[]
  volumes?: string[]
}

export type Compose = {
  services: Record<string, Service>
  volumes: Record<string, unknown>
  configs: Record<string, { content: string }>
}

/** A `${NAME}`, `${NAME:-default}` or `${NAME:?what to do}` of the compose file. */
export type Reference = { name: string; kind: '' | ':-' | ':?'; rest: string }

const REFERENCE = /\$\$|\$\{(\w+)(?:(:[-?])([^}]*))?\}/g
const text = readFileSync('docker-compose.yml', 'utf8')

export function references(): Reference[] {
  const found = [...text.matchAll(REFERENCE)].filter(([whole]) => whole !== '$$')
  return found.map(([, name = '', kind = '', rest = '']) => ({ name, kind, rest }) as Reference)
}

/** The compose file as Compose reads it with these variables. */
export function compose(env: Record<string, string>): Compose {
  const filled = text.replaceAll(REFERENCE, (whole, name: string, kind = '', rest = '') => {
    if (whole === '$$') return '$'
    if (env[name]) return env[name]
    if (kind === ':-') return rest
    throw new Error(`${name} is missing: ${rest}`)
  })
  return parse(filled, { merge: true })
}
