import { createContext, useContext } from 'react'
import type { Baton, User } from '../../client/index.ts'

/** Who uses this tab, and the API as they may use it. */
export type Session = { me: User; baton: Baton; signOut: (why?: string) => void }

export const SessionContext = createContext<Session | null>(null)

export function useSession(): Session {
  const session = useContext(SessionContext)
  if (!session) throw new Error('Nobody is signed in')
  return session
}
