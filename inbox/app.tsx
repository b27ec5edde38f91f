import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { Router } from 'wouter'
import { createBaton } from '../client/index.ts'
import { answered, Refused } from './data/answered.ts'
import { Desk } from './desk.tsx'
import { type Session, SessionContext } from './session/session.tsx'
import { SignIn } from './session/sign-in.tsx'
import { forgetToken, keepToken, keptToken } from './session/token.ts'

/** How long to wait for a service that did not answer when the page was loaded. */
const AGAIN_MS = 2_000

/** Somebody signs in, and then is at their desk until they sign out or their token ends. */
export function App() {
  const cache = useQueryClient()
  const [session, setSession] = useState<Session | null>(null)
  const [why, setWhy] = useState<string | null>(null)
  const [isReady, setReady] = useState(keptToken() === null)

  const signOut = useCallback(
    (reason?: string) => {
      forgetToken()
      cache.clear()
      setWhy(reason ?? null)
      setSession(null)
    },
    [cache],
  )

  const signIn = useCallback(
    async (token: string) => {
      const baton = createBaton({ url: window.location.origin, token })
      const me = await answered(baton.GET('/v1/users/me'))
      keepToken(token)
      setWhy(null)
      setSession({ me, baton, signOut })
    },
    [signOut],
  )

  useEffect(() => {
    const token = keptToken()
    if (!token) return
    let again: ReturnType<typeof setTimeout>
    const enter = () =>
      signIn(token).then(
        () => setReady(true),
        (error: Error) => {
          if (error instanceof Refused) {
            signOut(error.message)
            return setReady(true)
          }
          setWhy('The service does not answer. Trying again …')
          again = setTimeout(enter, AGAIN_MS)
        },
      )
    void enter()
    return () => clearTimeout(again)
  }, [signIn, signOut])

  if (!isReady) return <p role="status">{why}</p>
  if (!session) return <SignIn why={why} onToken={signIn} />
  return (
    <SessionContext.Provider value={session}>
      <Router base="/inbox">
        <Desk />
      </Router>
    </SessionContext.Provider>
  )
}
