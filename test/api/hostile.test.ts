import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type TestApi, testApi } from '../harness/api.ts'
import type { Answered, Caller } from '../harness/caller.ts'
import { aChat, aLivechat, aTicket, type Talk, talk } from '../harness/scenes.ts'
import { aWorkspace, expectStatus, type Person, type Workspace } from '../harness/workspace.ts'

const MAX_BODY_BYTES = 256 * 1024

let api: TestApi
let w: Workspace
let mia: Person
let held: Talk
let chat: Talk
let ticket: Talk
beforeAll(async () => {
  api = await testApi()
  w = await aWorkspace(api)
  mia = await w.user('Mia', { online: false })
  held = await aLivechat(w, mia)
  chat = await aChat(w)
  ticket = await aTicket(w, mia)
})
afterAll(() => api.close())

async function written() {
  const { sql } = api.database.client
  const [counts] = await sql`
    select (select count(*) from conversations) as conversations, (select sum(version) from conversations) as versions,
      (select count(*) from messages) as messages, (select count(*) from commands) as commands,
      (select count(*) from idempotency_keys) as keys, (select count(*) from events) as events`
  return { ...counts }
}

/** Every request with a body: who may send it, its path, and a valid body. */
const requests: Record<string, () => [who: Caller, path: string, body: Record<string, unknown>]> = {
  handoff: () => [w.channel, `${chat.path}/handoff`, { reason: 'Asked', language: 'es' }],
  transfer: () => [
    mia,
    `${held.path}/transfer`,
    { userId: w.admin.id, note: 'Shift', expectedEpoch: 2 },
  ],
  'team-transfer': () => [
    mia,
    `${held.path}/team-transfer`,
    { teamId: w.billing.id, note: 'Shift', expectedEpoch: 2 },
  ],
  takeover: () => [w.admin, `${held.path}/takeover`, { message: { text: 'Hi' }, expectedEpoch: 2 }],
  close: () => [mia, `${held.path}/close`, { note: 'Done', expectedEpoch: 2 }],
  'cancel-handoff': () => [w.channel, `${chat.path}/cancel-handoff`, { reason: 'Enough' }],
  status: () => [mia, `${held.path}/status`, { status: 'pending' }],
  reply: () => [mia, `${held.path}/messages`, { text: 'Hi', expectedEpoch: 2 }],
  'inbound message': () => [w.channel, `${held.path}/messages`, { text: 'Hi', from: 'player' }],
  'new chat': () => [
    w.channel,
    '/v1/conversations',
    {
      kind: 'chat',
      aiAgentId: w.ava.id,
      player: { externalId: 'p', name: 'Pat' },
      language: 'es',
      message: { text: 'Hi' },
    },
  ],
  'new ticket': () => [
    mia,
    '/v1/conversations',
    {
      kind: 'ticket',
      teamspaceId: w.teamspaceId,
      subject: 'Refund',
      player: { externalId: 'p', name: 'Pat', email: 'p@p.test' },
      assigneeId: mia.id,
      teamId: w.support.id,
      message: { text: 'Hi' },
    },
  ],
}

/** A problem as the contract has it, which names its request. */
function expectProblem(answered: Answered, status: number, code: string): void {
  const { body, headers } = answered
  expect(answered.status, answered.text).toBe(status)
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(body).toMatchObject({ status, code, requestId: headers.get('x-request-id') })
  for (const member of ['type', 'title', 'detail']) expect(body[member]).toEqual(expect.any(String))
}

function expectInvalid(answered: Answered, path?: string): void {
  expectProblem(answered, 400, 'invalid_request')
  const { errors } = answered.body
  expect(errors.length).toBeGreaterThan(0)
  for (const one of errors)
    expect(one).toEqual({ path: expect.any(String), message: expect.any(String) })
  if (path !== undefined) expect(errors.map((one: { path: string }) => one.path)).toContain(path)
}

describe.each(Object.entries(requests))('%s', (name, request) => {
  let before: Awaited<ReturnType<typeof written>>
  beforeEach(async () => {
    before = await written()
  })
  afterEach(async () => expect(await written()).toEqual(before))

  const send = (body: unknown) => {
    const [who, path] = request()
    return who.post(path, body)
  }

  const sendBytes = (body: unknown) => {
    const [who, path] = request()
    return post(who, path, body instanceof Buffer ? body : latin1(body))
  }

  test.each(['{', '', '{"a":}', "{'a': 1}", 'null', '[]', '[{}]', '"text"', '1', 'true', '{}{}'])(
    'refuses the body %j',
    async (body) => {
      // Some commands are valid without a body.
      if (body === '' && ['handoff', 'close', 'cancel-handoff', 'takeover'].includes(name)) return
      expectInvalid(await send(body))
    },
  )

  test('refuses unknown fields, wherever they are', async () => {
    const [, , body] = request()
    expectInvalid(await send({ ...body, surprise: 1 }))
    for (const [field, value] of Object.entries(body)) {
      if (typeof value !== 'object') continue
      expectInvalid(await send({ ...body, [field]: { ...value, surprise: 1 } }), field)
    }
    const whole = JSON.stringify(body).slice(1)
    expectInvalid(await send(`{"__proto__":{"a":1},${whole}`))
    expectInvalid(await send(`{"constructor":{"prototype":{}},${whole}`))
  })

  test('refuses wrong types, naming the path', async () => {
    const [, , body] = request()
    for (const [path, put] of leaves(body)) {
      for (const wrong of [null, [], {}, true]) expectInvalid(await send(put(wrong)), path)
      expectInvalid(await send(put(typeof at(body, path) === 'number' ? '2' : 2)), path)
    }
  })

  test('refuses NUL, lone surrogates and blanks in every string', async () => {
    const [, , body] = request()
    for (const [path, put] of leaves(body)) {
      if (typeof at(body, path) !== 'string') continue
      for (const wrong of ['a\0b', '\ud800', 'a\udc00b', '', ' \n\t ']) {
        expectInvalid(await send(put(wrong)), path)
      }
    }
  })

  test('refuses bodies that are not UTF-8, in a key or a value', async () => {
    const [, , body] = request()
    for (const [path, put] of leaves(body)) {
      if (typeof at(body, path) === 'string') expectInvalid(await sendBytes(put('a\xffb')))
    }
    expectInvalid(await sendBytes({ ...body, '\xff': 1 }))
    const utf16 = Buffer.from(JSON.stringify(body), 'utf16le')
    expectInvalid(await sendBytes(utf16))
  })

  test.each(['latin1', 'utf-16', 'us-ascii', '"iso-8859-1"'])(
    'refuses charset=%s',
    async (name) => {
      const [who, path, body] = request()
      const type = { 'content-type': `application/json; charset=${name}` }
      expectInvalid(await who.post(path, JSON.stringify(body), type))
    },
  )

  test('refuses a key __proto__, however it is written and wherever it is', async () => {
    const [, , body] = request()
    for (const key of ['__proto__', '\\u005f_proto__']) {
      expectInvalid(await send(`{"${key}":null,${JSON.stringify(body).slice(1)}`), '__proto__')
      expectInvalid(
        await send(`{"x":[{"${key}":1}],${JSON.stringify(body).slice(1)}`),
        'x.0.__proto__',
      )
    }
  })

  test('refuses invalid epochs', async () => {
    const [, , body] = request()
    if (!('expectedEpoch' in body)) return
    for (const wrong of [0, -1, 1.5, 2 ** 31, 2 ** 60]) {
      expectInvalid(await send({ ...body, expectedEpoch: wrong }), 'expectedEpoch')
    }
    expectInvalid(
      await send(JSON.stringify(body).replace(/"expectedEpoch":\d+/, '"expectedEpoch":1e999')),
    )
  })

  test('refuses JSON nested without end', async () => {
    const [, , body] = request()
    const deep = '['.repeat(50_000) + ']'.repeat(50_000)
    expectInvalid(await send(deep))
    expectInvalid(await send(`{"surprise":${deep}}`))
    const field = Object.keys(body).at(-1) as string
    expectInvalid(await send(`${JSON.stringify({ ...body, [field]: 0 }).slice(0, -2)}${deep}}`))
  })

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/json',
    'application',
  ])('refuses content-type %s', async (type) => {
    const [who, path, body] = request()
    expectInvalid(await who.post(path, JSON.stringify(body), { 'content-type': type }))
  })

  test('refuses a body over 256 KiB, whether it says its length or not', async () => {
    const [who, path, body] = request()
    const tooLong = JSON.stringify(body).padEnd(MAX_BODY_BYTES + 1)
    const length = { 'content-length': String(tooLong.length) }
    expectProblem(await who.post(path, tooLong, length), 413, 'payload_too_large')
    expectProblem(await who.post(path, tooLong), 413, 'payload_too_large')
  })
})

/** As bytes, of which each is one character up to U+00FF: those beyond ASCII are no UTF-8. */
const latin1 = (body: unknown) => Buffer.from(JSON.stringify(body), 'latin1')

async function post(who: Caller, path: string, body: Buffer, more = {}): Promise<Answered> {
  const type = { 'content-type': 'application/json', ...more }
  const headers = { authorization: `Bearer ${who.token}`, ...type }
  const bytes = new Uint8Array(body)
  const response = await api.app.request(path, { method: 'POST', headers, body: bytes })
  const text = await response.text()
  return { status: response.status, body: JSON.parse(text), text, headers: response.headers }
}

const at = (body: Record<string, unknown>, path: string) =>
  // biome-ignore lint/suspicious/noExplicitAny: a path into whatever is there
  path.split('.').reduce<any>((value, field) => value[field], body)

/** The path of every string and number in a body, and how to put something else there. */
function leaves(body: Record<string, unknown>): [string, (value: unknown) => unknown][] {
  return Object.entries(body).flatMap(([field, value]) => {
    if (typeof value !== 'object' || value === null) {
      return [[field, (other: unknown) => ({ ...body, [field]: other })]]
    }
    return leaves(value as Record<string, unknown>).map(
      ([path, put]): [string, (value: unknown) => unknown] => [
        `${field}.${path}`,
        (other) => ({ ...body, [field]: put(other) }),
      ],
    )
  })
}

test('a body of 256 KiB is read', async () => {
  const body = JSON.stringify({ status: 'open' }).padEnd(MAX_BODY_BYTES)
  expectStatus(await mia.post(`${ticket.path}/status`, body), 200)
})

test('application/json may have parameters', async () => {
  const type = { 'content-type': 'application/json; charset=utf-8' }
  expectStatus(await mia.post(`${ticket.path}/status`, '{"status":"open"}', type), 200)
})

test.each(['utf-8', 'UTF8', '"utf-8"'])('a body may say charset=%s', async (name) => {
  const type = { 'content-type': `application/json;charset=${name}` }
  expectStatus(await mia.post(`${ticket.path}/status`, '{"status":"open"}', type), 200)
})

test('two broken bodies under one key do not use up the key', async () => {
  const before = await written()
  const key = { 'idempotency-key': 'broken' }
  for (const text of ['a\xfeb', 'a\xffb']) {
    expectInvalid(await post(mia, `${held.path}/messages`, latin1({ text }), key))
  }
  expect(await written()).toEqual(before)
  expectStatus(await mia.post(`${held.path}/messages`, { text: 'a\ufffdb' }, key), 201)
})

test('a language __proto__ is refused, and no setting gets lost', async () => {
  const path = `/v1/ai-agents/${w.ava.id}`
  const before = await mia.get(path)
  const anyone = '{"type":"anyone"}'
  for (const targets of [`{"__proto__":${anyone}}`, `{"es":${anyone},"__proto__":${anyone}}`]) {
    const refused = await w.admin.patch(path, `{"handoff":{"targetsByLanguage":${targets}}}`)
    expectInvalid(refused, 'handoff.targetsByLanguage.__proto__')
  }
  expect((await mia.get(path)).text).toBe(before.text)
})

test('escapes of complete surrogate pairs are read', async () => {
  const body = '{"text":"\\ud83d\\ude00"}'
  expect((await ticket.by(mia, 'messages', body as never)).body.text).toBe('\u{1f600}')
})

test('whatever Unicode is well formed comes back as it was', async () => {
  const text = 'é\u{1f600}\u200b \u202e"\\\u0001\ufffd <b>\r\n'
  const { body } = await ticket.by(mia, 'messages', { text })
  expect(body.text).toBe(text)
  expect((await ticket.messages()).at(-1).text).toBe(text)
})

test.each(['handoff', 'close'])('%s needs no body', async (what) => {
  const fresh = await aChat(w)
  const path = `${fresh.path}/${what}`
  expect((await w.ava.post(path)).status).toBe(200)
  for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
    expect((await w.ava.post(path, undefined, { 'content-type': type })).status).toBe(409)
  }
})

test('a claim and the cancelling of a handoff need no body', async () => {
  const [claimed, cancelled] = [await aChat(w), await aChat(w)]
  for (const one of [claimed, cancelled]) await one.does(w.channel, 'handoff')
  expectStatus(await w.channel.post(`${cancelled.path}/cancel-handoff`), 200)
  expectStatus(await mia.post(`${claimed.path}/takeover`), 200)
})

const oddIds = [
  '%00',
  '%2e%2e%2f',
  "'%20or%201=1--",
  '%F0%9F%98%80',
  'cnv_%0a',
  'x'.repeat(300),
  '__proto__',
  '-',
]

test.each(oddIds)('nobody has the id %j', async (id) => {
  const before = await written()
  for (const what of ['', '/assignments', '/commands', '/messages', '/targets']) {
    expectProblem(await mia.get(`/v1/conversations/${id}${what}`), 404, 'not_found')
  }
  expectProblem(await mia.get(`/v1/commands/${id}`), 404, 'not_found')
  for (const [what, body] of [
    ['close', {}],
    ['takeover', { message: { text: 'Hi' } }],
    ['messages', { text: 'Hi' }],
  ] as const) {
    const key = { 'idempotency-key': `odd ${id.slice(0, 99)} ${what}` }
    expectProblem(await talk(w, id).by(mia, what, body, key), 404, 'not_found')
  }
  expect(await written()).toEqual(before)
})

test.each(['%ff', '%', '%zz', '%ED%A0%80', 'x%c3', '%c3%28'])(
  'a path with %s is not UTF-8, nor is a query',
  async (broken) => {
    const before = await written()
    expectInvalid(await mia.get(`/v1/conversations/${broken}`), '')
    expectInvalid(await mia.post(`/v1/conversations/${broken}/close`, {}), '')
    expectInvalid(await mia.get(`/v1/conversations?player=${broken}`), 'player')
    expectInvalid(await mia.get(`/v1/conversations?limit=2&player=a&teamId=${broken}`), 'teamId')
    expectInvalid(await mia.get(`/v1/conversations?${broken}=1`))
    expect(await written()).toEqual(before)
  },
)

test.each(['/v1', '/v1/', '/v1/nothing', '/v1/conversations/', '/v1/conversations/x/nothing'])(
  'there is no path %s',
  async (path) => {
    expectProblem(await mia.get(path), 404, 'not_found')
    expectProblem(await mia.post(path, {}), 404, 'not_found')
  },
)

test.each(['DELETE', 'PATCH', 'PUT'])('a conversation knows no %s', async (method) => {
  const send = method.toLowerCase() as 'delete' | 'patch' | 'put'
  const refused = await mia[send](held.path, {})
  expectProblem(refused, 405, 'method_not_allowed')
  expect(refused.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
})

test.each([
  ['limit=0', 'limit'],
  ['limit=201', 'limit'],
  ['limit=-1', 'limit'],
  ['limit=1.5', 'limit'],
  ['limit=ten', 'limit'],
  ['limit=', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['limit=1e999', 'limit'],
  ['limit=1e2', 'limit'],
  ['limit=0x10', 'limit'],
  ['limit=%2B5', 'limit'],
  ['limit=+5', 'limit'],
  ['limit=5%20', 'limit'],
  ['limit=%D9%A5', 'limit'],
  ['statuses=open', 'statuses'],
  ['status[]=open', 'status[]'],
  ['Status=open', 'Status'],
  ['__proto__=open', '__proto__'],
  ['constructor=open', 'constructor'],
  ['kind=chat&kind=chat', 'kind'],
  ['queued=true&queued=true', 'queued'],
  ['player=a&player=b', 'player'],
  ['status=', 'status'],
  ['status=open,', 'status'],
  ['status=open,gone', 'status'],
  ['kind=letter', 'kind'],
  ['status=gone', 'status'],
  ['status=open&status=gone', 'status'],
  ['queued=maybe', 'queued'],
  ['assigneeId=%00', 'assigneeId'],
  ['teamId=a%00b', 'teamId'],
  ['teamspaceId=%00', 'teamspaceId'],
  ['player=%00', 'player'],
  ['cursor=%00', 'cursor'],
  ['cursor=', 'cursor'],
])('the list of conversations refuses ?%s', async (query, path) => {
  const refused = await mia.get(`/v1/conversations?${query}`)
  expectProblem(refused, 400, 'invalid_request')
  const paths = refused.body.errors.map((one: { path: string }) => one.path.split('.')[0])
  expect(paths).toContain(path)
})

test('a refused parameter is answered with the allowed ones', async () => {
  const unknown = await mia.get('/v1/conversations?statuses=open')
  expect(unknown.body.detail).toMatch(/^statuses: There is no such parameter; .*limit.*status/)
  const none = await mia.get('/v1/users/me?limit=1')
  expect(none.body.detail).toBe('limit: There is no such parameter; there are none here')
  const word = await mia.get('/v1/conversations?status=x')
  for (const status of ['open', 'pending', 'overdue', 'resolved', 'closed']) {
    expect(word.body.detail).toContain(status)
  }
  const number = await mia.get('/v1/conversations?limit=1e2')
  expect(number.body.detail).toBe('limit: must be a whole number from 1 to 200')
})

test.each(['status=open,pending', 'status=open&status=pending', 'status=open,pending&status=open'])(
  '?%s asks for both',
  async (query) => {
    const { body } = await mia.get(`/v1/conversations?${query}`)
    const both = await mia.get('/v1/conversations?status=open&status=pending')
    expect(body.items.length).toBeGreaterThan(0)
    expect(body).toEqual(both.body)
  },
)

test('a token may stand behind more than one blank', async () => {
  const headers = { authorization: `bearer   ${mia.token}` }
  expect((await api.app.request('/v1/users/me', { headers })).status).toBe(200)
})

const authorizations: [what: string, headers: Record<string, string>][] = [
  ['no token', {}],
  ['an empty token', { authorization: 'Bearer ' }],
  ['another scheme', { authorization: 'Basic bWlhOm1pYQ==' }],
  ['no scheme', { authorization: 'bt_user_x' }],
  ['an unknown token', { authorization: `Bearer bt_user_${'x'.repeat(43)}` }],
  ['a token without end', { authorization: `Bearer ${'x'.repeat(10_000)}` }],
  ['a token beyond ASCII', { authorization: 'Bearer clé' }],
  ['two tokens', { authorization: 'Bearer a b' }],
]

test.each(authorizations)('%s is 401 on every path of /v1', async (_what, headers) => {
  for (const path of ['/v1/conversations', held.path, '/v1/commands/x', '/v1/nothing', '/v1']) {
    const response = await api.app.request(path, { headers })
    const body = await response.json()
    expect(response.status, path).toBe(401)
    expect(body).toMatchObject({ code: 'unauthenticated', status: 401 })
    expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
  }
})

test('the token of a deactivated user is 401, and works again when they are back', async () => {
  const olga = await w.user('Olga')
  expectStatus(await w.admin.patch(`/v1/users/${olga.id}`, { active: false }), 200)
  expectProblem(await olga.get('/v1/conversations'), 401, 'unauthenticated')
  expectStatus(await w.admin.patch(`/v1/users/${olga.id}`, { active: true }), 200)
  expectStatus(await olga.get('/v1/conversations'), 200)
})
