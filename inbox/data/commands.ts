import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Conversation, Message, Problem } from '../../client/index.ts'
import { useSession } from '../session/session.tsx'
import { Refused } from './answered.ts'
import { applyConversation } from './apply.ts'
import { keys } from './keys.ts'

/** What a user asks of a conversation, by the last part of its path. */
export type Ask =
  | { path: 'messages'; body: { text: string; expectedEpoch?: number } }
  | { path: 'takeover'; body: { message?: { text: string }; expectedEpoch?: number } }
  | { path: 'transfer'; body: { userId: string; note?: string; expectedEpoch?: number } }
  | { path: 'team-transfer'; body: { teamId: string; note?: string; expectedEpoch?: number } }
  | { path: 'close'; body: { note?: string; expectedEpoch?: number } }
  | { path: 'status'; body: { status: Conversation['status'] } }

/** What came of it. */
type Answer = { conversation?: Conversation; message?: Message } & Partial<Message>

const AGAIN_MS = 1_500
const WAIT_S = 5

/**
 * Asks for something once, however often the answer is lost: a repeat has the same key. Resolves
 * when it is settled, and tells `onUnderWay` when that takes longer; rejects with Refused.
 */
export function useAsk(id: string, onUnderWay: (why: string | null) => void) {
  const { baton, me } = useSession()
  const cache = useQueryClient()

  async function ask({ key, ...asked }: Ask & { key: string }): Promise<Answer> {
    const send = async (): Promise<Answer> => {
      const { data, error, response } = await baton.POST(`/v1/conversations/{id}/${asked.path}`, {
        params: { path: { id }, header: { 'idempotency-key': key } },
        body: asked.body as never,
        headers: { prefer: `wait=${WAIT_S}` },
      })
      if (response.status === 503 || response.status === 429) throw new NotYet(error as Problem)
      if (error) throw new Refused(error as Problem)
      if (response.status !== 202) return data as Answer
      onUnderWay('Under way …')
      throw new NotYet()
    }
    for (;;) {
      try {
        return await send()
      } catch (error) {
        if (error instanceof Refused) throw error
        if (!(error instanceof NotYet) || error.problem) {
          onUnderWay('The service does not answer. Trying again; nothing is lost or sent twice.')
        }
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS))
      }
    }
  }

  return useMutation({
    mutationFn: ask,
    onSuccess: ({ conversation }) => {
      if (conversation) applyConversation(cache, conversation, me)
      void cache.invalidateQueries({ queryKey: keys.messages(id) })
      void cache.invalidateQueries({ queryKey: keys.assignments(id) })
    },
    // What it was refused for may have happened just now.
    onError: () => void cache.invalidateQueries({ queryKey: keys.conversation(id) }),
    onSettled: () => onUnderWay(null),
  })
}

/** It was not answered, not carried out, or is not settled yet. */
class NotYet extends Error {
  override name = 'NotYet'
  readonly problem: Problem | undefined

  constructor(problem?: Problem) {
    super('Not settled yet')
    this.problem = problem
  }
}
