import { useQuery } from '@tanstack/react-query'
import { useSession } from '../session/session.tsx'
import { keys } from './keys.ts'
import { all } from './pages.ts'

const LONG = 5 * 60_000

export function useUsers() {
  const { baton } = useSession()
  const queryFn = () => all((query) => baton.GET('/v1/users', { params: { query } }))
  return useQuery({ queryKey: keys.users, queryFn, staleTime: LONG })
}

export function useTeams() {
  const { baton } = useSession()
  const queryFn = () => all((query) => baton.GET('/v1/teams', { params: { query } }))
  return useQuery({ queryKey: keys.teams, queryFn, staleTime: LONG })
}

export function useAiAgents() {
  const { baton } = useSession()
  const queryFn = () => all((query) => baton.GET('/v1/ai-agents', { params: { query } }))
  return useQuery({ queryKey: keys.aiAgents, queryFn, staleTime: LONG })
}

/** Tells the name of anybody by their id. */
export function useNames(): (id: string | null | undefined) => string {
  const everybody = [useUsers().data, useTeams().data, useAiAgents().data]
  const names = new Map(everybody.flatMap((some) => (some ?? []).map((one) => [one.id, one.name])))
  return (id) => (id ? (names.get(id) ?? 'somebody') : 'nobody')
}
