import { Archive, Hourglass, Inbox, LogOut, type LucideIcon, Users, UsersRound } from 'lucide-react'
import { useTeams } from '../data/people.ts'
import type { Listing, View } from '../data/views.ts'
import { useSession } from '../session/session.tsx'
import { Avatar } from '../ui/avatar.tsx'
import { Presence } from './presence.tsx'
import styles from './rail.module.css'

export const viewNames: Record<View, string> = {
  mine: 'Mine',
  queue: 'Queue',
  team: 'Team',
  all: 'All',
  closed: 'Closed',
}

const icons: Record<View, LucideIcon> = {
  mine: Inbox,
  queue: Hourglass,
  team: UsersRound,
  all: Users,
  closed: Archive,
}

type Props = { listing: Listing; onChoose: (listing: Listing) => void }

/** The lists to choose from, and who is signed in. */
export function Rail({ listing, onChoose }: Props) {
  const { me, signOut } = useSession()
  const { data: teams = [] } = useTeams()
  const mine = teams.filter((team) => me.teamIds.includes(team.id))

  function entry(view: View, name = viewNames[view], teamId: string | null = null) {
    const isChosen = listing.view === view && listing.teamId === teamId
    const Icon = icons[view]
    return (
      <li key={teamId ?? view}>
        <button
          type="button"
          className={styles.entry}
          aria-current={isChosen ? 'page' : undefined}
          onClick={() => onChoose({ ...listing, view, teamId })}
        >
          <Icon size={17} aria-hidden="true" />
          <span dir="auto">{name}</span>
        </button>
      </li>
    )
  }

  return (
    <nav className={styles.rail} aria-label="Lists">
      <h1 className={styles.brand}>Baton</h1>
      <ul className={styles.lists}>
        {entry('mine')}
        {entry('queue')}
        {mine.map((team) => entry('team', team.name, team.id))}
        {entry('all')}
        {entry('closed')}
      </ul>
      <div className={styles.me}>
        <Avatar name={me.name} />
        <div className={styles.who}>
          <strong dir="auto">{me.name}</strong>
          <Presence />
        </div>
        <button
          type="button"
          className={styles.out}
          aria-label="Sign out"
          title="Sign out"
          onClick={() => signOut()}
        >
          <LogOut size={17} aria-hidden="true" />
        </button>
      </div>
    </nav>
  )
}
