import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSettings } from '../../bin/settings.ts'
import { compose, references } from './compose.ts'

const secrets = Object.fromEntries(
  references().flatMap(({ name, kind }) => (kind === ':?' ? [[name, `${name}0`]] : [])),
)
const { services, volumes, configs } = compose(secrets)
const ours = Object.entries(services).filter(([, { build }]) => build)
const others = Object.entries(services).filter(([, { build }]) => !build)
const ONE_SHOT = { condition: 'service_completed_successfully', restart: 'on-failure:5' }
const dependencies = Object.entries(services).flatMap(([name, { depends_on = {} }]) =>
  Object.entries(depends_on).map(([on, { condition }]) => ({ name, on, condition })),
)

test('api, worker and migrate are ours, from one image', () => {
  expect(ours.map(([name]) => name).sort()).toEqual(['api', 'migrate', 'worker'])
  expect(new Set(ours.map(([, { image }]) => image)).size).toBe(1)
})

test.each(others)('%s has a pinned version', (_, { image }) => {
  expect(image).toMatch(/^[\w/-]+:\d+\.\d+(\.\d+)?(-\w+)?$/)
})

test.each(Object.entries(services))('%s has commands made of words', (_, service) => {
  for (const word of [...(service.command ?? []), ...(service.healthcheck?.test ?? [])]) {
    expect(word).toBeTypeOf('string')
  }
})

test.each(dependencies)('$name waits for $on, which will be $condition', ({ on, condition }) => {
  const { restart, healthcheck } = services[on] ?? {}
  if (condition === 'service_healthy') expect(healthcheck?.test[0]).toBe('CMD')
  else expect({ condition, restart }).toMatchObject(ONE_SHOT)
})

test('long-running services come back after a restart of the machine, one-off ones do not', () => {
  const awaited = new Set(
    dependencies.flatMap(({ on, condition }) => (condition === ONE_SHOT.condition ? [on] : [])),
  )
  for (const [name, { restart }] of Object.entries(services)) {
    expect([name, restart]).toEqual([name, awaited.has(name) ? 'on-failure:5' : 'unless-stopped'])
  }
})

test('every volume and config that a service uses is declared, and every declared one is used', () => {
  const all = Object.values(services)
  const mounted = all.flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]))
  const read = all.flatMap(({ configs = [] }) => configs.map(({ source }) => source))
  expect(mounted.sort()).toEqual(Object.keys(volumes).sort())
  expect(read.sort()).toEqual(Object.keys(configs).sort())
})

test.each(ours)(
  '%s sets only what the settings know, and leaves nothing to embedded parts',
  (_, service) => {
    const env = asText(service.environment)
    for (const name of Object.keys(env)) {
      expect(() => readSettings({ ...env, [name]: '\u0007' }), name).toThrow(`${name} must be`)
    }
    const { databaseUrl, temporalAddress, rootToken, demo } = readSettings(env)
    expect(rootToken).toBe(secrets.BATON_ROOT_TOKEN)
    expect(demo).toBe(false)
    expect(services).toHaveProperty(new URL(databaseUrl ?? '').hostname)
    expect(services).toHaveProperty(temporalAddress?.split(':')[0] ?? '')
  },
)

const asText = (environment: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))

test('only the API and the page for operators have a port, on this machine unless said', () => {
  const published = Object.entries(services).flatMap(([name, { ports = [] }]) =>
    ports.map((port) => `${name} ${port}`),
  )
  expect(published).toEqual(['api 127.0.0.1:3000:3000', 'temporal-ui 127.0.0.1:8233:8080'])
  expect(services.api?.environment).toMatchObject({ HOST: '0.0.0.0', PORT: 3000 })
})

test('the image can be scaled: no service has a name or port of its own', () => {
  for (const [, service] of ours) expect(service).not.toHaveProperty('container_name')
  expect(compose({ ...secrets, BATON_PORT: '3000-3009' }).services.api?.ports).toEqual([
    '127.0.0.1:3000-3009:3000',
  ])
})

test('every variable is in .env.example, with the default it has, and secrets have none', () => {
  const example = readFileSync('.env.example', 'utf8')
  const told = [...example.matchAll(/^(#?)(\w+)=(.*)$/gm)].map(([, off, name, value]) => ({
    name,
    value: off ? value : null,
  }))
  const used = references().map(({ name, kind, rest }) => ({
    name,
    value: kind === ':-' ? rest : null,
  }))
  expect(distinct(told)).toEqual(distinct(used))
  for (const { name, kind } of references()) {
    expect([name, kind]).toEqual([name, /PASSWORD|TOKEN/.test(name) ? ':?' : ':-'])
  }
})

test('a secret that is missing is asked for by name', () => {
  expect(() => compose({ ...secrets, BATON_ROOT_TOKEN: '' })).toThrow(
    'set BATON_ROOT_TOKEN in .env',
  )
})

function distinct(variables: { name?: string; value?: string | null }[]): string[] {
  return [...new Set(variables.map(({ name, value }) => `${name}=${value ?? ''}`))].sort()
}
