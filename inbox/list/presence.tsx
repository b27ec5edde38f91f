import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { answered } from '../data/answered.ts'
import { keys } from '../data/keys.ts'
import { useSession } from '../session/session.tsx'
import styles from './presence.module.css'

/** So long somebody stays online whose tab is gone; renewed well before. */
const TTL_S = 120
const RENEW_MS = 45_000

/** Whether the user takes what comes; while the tab is open their presence is renewed. */
export function Presence() {
  const { baton, me } = useSession()
  const cache = useQueryClient()
  const { data } = useQuery({
    queryKey: keys.me,
    queryFn: () => answered(baton.GET('/v1/users/me')),
    initialData: me,
  })
  const isOnline = data.presence === 'online'

  const { mutate } = useMutation({
    mutationFn: (online: boolean) =>
      answered(
        baton.PUT('/v1/users/{id}/presence', {
          params: { path: { id: me.id } },
          body: online ? { presence: 'online', ttlSeconds: TTL_S } : { presence: 'away' },
        }),
      ),
    onSuccess: () => cache.invalidateQueries({ queryKey: keys.me }),
  })

  useEffect(() => {
    if (!isOnline || data.presenceExpiresAt === null) return
    const renewing = setInterval(() => mutate(true), RENEW_MS)
    return () => clearInterval(renewing)
  }, [isOnline, data.presenceExpiresAt, mutate])

  return (
    <button
      type="button"
      role="switch"
      aria-checked={isOnline}
      className={styles.presence}
      title={isOnline ? 'You are given conversations' : 'You are given nothing'}
      onClick={() => mutate(!isOnline)}
    >
      <span aria-hidden="true" className={styles.dot} data-online={isOnline} />
      {isOnline ? 'Online' : 'Away'}
    </button>
  )
}
