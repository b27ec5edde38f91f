import { useState } from 'react'
import type { Conversation } from '../../client/index.ts'
import { Refused } from '../data/answered.ts'
import { type Ask, useAsk } from '../data/commands.ts'
import { useNames } from '../data/people.ts'
import { sentenceOf } from '../data/refusals.ts'
import { useSession } from '../session/session.tsx'
import { Button } from '../ui/button.tsx'
import { CloseForm } from './close-form.tsx'
import { newKey, useDraft } from './draft.ts'
import styles from './editor.module.css'
import { MoreMenu } from './more-menu.tsx'
import { TransferForm } from './transfer-form.tsx'

/** What takes the place of the message while it is chosen. */
export type Doing = 'transfer' | 'team_transfer' | 'close'

const MOST_CHARACTERS = 10_000

/** What the reader may do with a conversation: only what `actions` allows. */
export function Editor({ conversation }: { conversation: Conversation }) {
  const { id, actions, epoch, queue, assignee, status } = conversation
  const { me } = useSession()
  const nameOf = useNames()
  const draft = useDraft(me.id, id)
  const [doing, setDoing] = useState<Doing | null>(null)
  const [told, setTold] = useState<string | null>(null)
  const [underWay, setUnderWay] = useState<string | null>(null)
  const { mutateAsync, isPending } = useAsk(id, setUnderWay)

  /** Whether it was done. A refusal is told, and takes nothing that was written. */
  async function ask(asked: Ask, key = newKey()): Promise<boolean> {
    setTold(null)
    try {
      await mutateAsync({ ...asked, key })
      setDoing(null)
      return true
    } catch (error) {
      setTold(
        error instanceof Refused ? sentenceOf(error.problem, nameOf) : (error as Error).message,
      )
      return false
    }
  }

  async function say(asked: Ask) {
    if (isPending) return
    if (await ask(asked, draft.key)) draft.clear()
    else draft.renew()
  }

  const text = draft.text.trim()
  const isHolder = actions.includes('reply')
  const mayTakeOver = actions.includes('takeover')
  const send = () => {
    if (!text) return
    if (isHolder) void say({ path: 'messages', body: { text, expectedEpoch: epoch } })
    else if (mayTakeOver)
      void say({ path: 'takeover', body: { message: { text }, expectedEpoch: epoch } })
  }

  if (actions.length === 0) {
    return (
      <footer className={styles.editor}>
        <p className={styles.hint}>
          {status === 'closed'
            ? 'This conversation is closed.'
            : 'You may read this conversation, not take it over.'}
        </p>
      </footer>
    )
  }
  return (
    <footer className={styles.editor}>
      {told && (
        <p role="alert" className={styles.told}>
          {told}
        </p>
      )}
      <p role="status" className={underWay ? styles.underWay : 'hidden-label'}>
        {underWay}
      </p>
      {doing === 'close' && (
        <CloseForm
          isBusy={isPending}
          onCancel={() => setDoing(null)}
          onClose={(note) => void ask({ path: 'close', body: { note, expectedEpoch: epoch } })}
        />
      )}
      {(doing === 'transfer' || doing === 'team_transfer') && (
        <TransferForm
          conversationId={id}
          to={doing === 'transfer' ? 'user' : 'team'}
          isBusy={isPending}
          onCancel={() => setDoing(null)}
          onTransfer={(target, note) =>
            void ask(
              doing === 'transfer'
                ? { path: 'transfer', body: { userId: target, note, expectedEpoch: epoch } }
                : { path: 'team-transfer', body: { teamId: target, note, expectedEpoch: epoch } },
            )
          }
        />
      )}
      {doing === null && (
        <>
          <label className="hidden-label" htmlFor="draft">
            {isHolder ? 'Your reply' : 'Your next reply to the player'}
          </label>
          <textarea
            id="draft"
            dir="auto"
            rows={3}
            maxLength={MOST_CHARACTERS}
            className={styles.text}
            placeholder={
              isHolder
                ? 'Write a reply …'
                : `Write the next reply: it makes you the Assignee in place of ${assignee?.name ?? 'the queue'}`
            }
            value={draft.text}
            readOnly={isPending}
            onChange={({ target }) => draft.write(target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
              event.preventDefault()
              send()
            }}
          />
          <div className={styles.buttons}>
            {isHolder && (
              <MoreMenu
                conversation={conversation}
                onChoose={setDoing}
                onStatus={(to) => void ask({ path: 'status', body: { status: to } })}
              />
            )}
            <span className={styles.hint}>
              <kbd>Ctrl</kbd> <kbd>Enter</kbd>
            </span>
            {queue && mayTakeOver && (
              <Button
                look="plain"
                disabled={isPending}
                onClick={() => void ask({ path: 'takeover', body: { expectedEpoch: epoch } })}
              >
                Take
              </Button>
            )}
            {isHolder && (
              <Button disabled={!text || isPending} onClick={send}>
                Send
              </Button>
            )}
            {!isHolder && mayTakeOver && (
              <Button disabled={!text || isPending} onClick={send}>
                Takeover &amp; Send
              </Button>
            )}
          </div>
        </>
      )}
    </footer>
  )
}
