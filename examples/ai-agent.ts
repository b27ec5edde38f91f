import { createBaton, type Message } from 'baton/client'

const { BATON_URL = 'http://127.0.0.1:3000', BATON_TOKEN = '' } = process.env
const baton = createBaton({ url: BATON_URL, token: BATON_TOKEN })

/** Stands for the call of your model, which takes a while. */
async function think(text: string): Promise<string> {
  return `You said "${text}". Say "human please" for a person.`
}

async function answer({ conversationId: id, text }: Message, eventId: string): Promise<string> {
  const path = { id }
  const { data: conversation } = await baton.GET('/v1/conversations/{id}', { params: { path } })
  if (!conversation?.actions.includes('reply')) return 'a person has it'

  // If the same event comes twice, the key makes it one answer.
  const params = { path, header: { 'idempotency-key': `answer-${eventId}` } }
  if (/human please/i.test(text)) {
    const { data, error } = await baton.POST('/v1/conversations/{id}/handoff', { params, body: {} })
    return data ? `handed off, ${data.command.outcome}` : `still ours, ${error?.code}`
  }

  const { error } = await baton.POST('/v1/conversations/{id}/messages', {
    params,
    // If a person took over meanwhile, this is refused and nothing is sent.
    body: { text: await think(text), expectedEpoch: conversation.epoch },
  })
  return error ? `did not answer, ${error.code}` : 'answered'
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
