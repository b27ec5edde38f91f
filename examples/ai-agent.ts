import { createBaton, type Message } from 'baton/client'

const { BATON_URL = 'http://127.0.0.1:3000', BATON_TOKEN = '' } = process.env
const baton = createBaton({ url: BATON_URL, token: BATON_TOKEN })

/** What your model would say, after what it takes to say it. */
async function think(text: string): Promise<string> {
  return `You said "${text}". Say "human please" for a person.`
}

async function answer({ conversationId: id, text }: Message, eventId: string): Promise<string> {
  const path = { id }
  const { data: conversation } = await baton.GET('/v1/conversations/{id}', { params: { path } })
  if (!conversation?.actions.includes('reply')) return 'a person has it'

  // The same event twice is one answer.
  const params = { path, header: { 'idempotency-key': `answer-${eventId}` } }
  if (/human please/i.test(text)) {
    const { data, error } = await baton.POST('/v1/conversations/{id}/handoff', { params, body: {} })
    return data ? `handed off, ${data.command.outcome}` : `still ours, ${error?.code}`
  }

  const { error } = await baton.POST('/v1/conversations/{id}/messages', {
    params,
    // Taken over while we thought, it is refused, and nothing is sent.
    body: { text: await think(text), expectedEpoch: conversation.epoch },
  })
  return error ? `held our tongue, ${error.code}` : 'answered'
}

const types = ['message.created' as const, 'conversation.returned_to_ai' as const]
console.log('Listening.')
for await (const event of baton.events({ types })) {
  if (event.type === 'conversation.returned_to_ai') {
    console.log(event.conversationId, `ours again, after ${event.data.messages} messages`)
  } else if (event.type === 'message.created' && event.data.author.type === 'player') {
    console.log(event.conversationId, await answer(event.data, event.id))
  }
}
