import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useSession } from '../session/session.tsx'
import { follow } from './follow.ts'

/** Follows the event stream while the desk is open; whether it is connected, null before the first time. */
export function useLive(): boolean | null {
  const session = useSession()
  const cache = useQueryClient()
  const [isOpen, setOpen] = useState<boolean | null>(null)
  useEffect(() => {
    const ended = new AbortController()
    void follow({ session, cache, onConnection: setOpen }, ended.signal)
    return () => ended.abort()
  }, [session, cache])
  return isOpen
}
