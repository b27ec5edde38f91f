import { lockWorkspace } from '../../db/chat-assignment/serving.ts'
import { findExpired, goneAway } from '../../db/people/expired-presence.ts'
import { repairing } from './repair.ts'

/** Sets away whose presence ran out, so that the record says so too. */
export const presencesRunOut = repairing(
  ({ db }) => findExpired(db),
  ({ db }, { workspaceId, userId }) =>
    db.transaction(async (tx) => {
      await lockWorkspace(tx, workspaceId)
      await goneAway(tx, workspaceId, userId)
    }),
)
