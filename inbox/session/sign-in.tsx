import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { Avatar } from '../ui/avatar.tsx'
import { Button } from '../ui/button.tsx'
import { listDemoPeople, signInAs } from './demo.ts'
import styles from './sign-in.module.css'

type Props = {
  /** Why they are asked: an earlier sign-in that ended. */
  why: string | null
  onToken: (token: string) => Promise<void>
}

export function SignIn({ why, onToken }: Props) {
  const [problem, setProblem] = useState<string | null>(why)
  const [isBusy, setBusy] = useState(false)
  const { data: people = [] } = useQuery({ queryKey: ['demo'], queryFn: listDemoPeople })

  async function enter(token: () => Promise<string>) {
    setBusy(true)
    try {
      await onToken(await token())
    } catch (error) {
      setProblem((error as Error).message)
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault()
    const token = String(new FormData(event.currentTarget).get('token') ?? '').trim()
    if (token) void enter(async () => token)
  }

  return (
    <main className={styles.page}>
      <h1 className={styles.title}>Baton Inbox</h1>
      {problem && (
        <p role="alert" className={styles.problem}>
          {problem}
        </p>
      )}
      {people.length > 0 && (
        <section aria-labelledby="demo">
          <h2 id="demo">Try it as</h2>
          <p className={styles.hint}>
            Each window is somebody of its own: open a second one to work side by side.
          </p>
          <ul className={styles.people}>
            {people.map(({ id, name, role }) => (
              <li key={id}>
                <button
                  type="button"
                  className={styles.person}
                  disabled={isBusy}
                  onClick={() => void enter(() => signInAs(id))}
                >
                  <Avatar name={name} />
                  <span>
                    <strong>{name}</strong>
                    <small>{role}</small>
                  </span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <form onSubmit={submit} className={styles.form}>
        <label htmlFor="token">Sign in with your token</label>
        <div className={styles.row}>
          <input id="token" name="token" type="password" autoComplete="off" spellCheck={false} />
          <Button type="submit" disabled={isBusy}>
            Sign in
          </Button>
        </div>
        <p className={styles.hint}>
          An admin makes it for you. It is kept until you close this tab.
        </p>
      </form>
    </main>
  )
}
