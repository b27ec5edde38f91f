import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Database, openDatabase } from '../db/client.ts'
import { createDemoWorkspace } from '../db/people/demo.ts'
import { isAnyTokenKnown } from '../db/people/tokens.ts'
import { isEmpty } from '../db/people/workspaces.ts'

const named = z.object({ id: z.string(), name: z.string() })

const demoFile = z.object({
  rootToken: z.string(),
  apiKey: z.string(),
  aiAgent: z.object({ id: z.string(), token: z.string() }),
  users: z.array(named.extend({ token: z.string() })),
  teams: z.array(named),
})

/** The content of demo.json. */
export type Demo = z.infer<typeof demoFile>

type Settings = { dataDir: string; databaseUrl: string; rootToken: string }

/** Any constant will do, as long as all that make a demo take the same lock. */
const DEMO_LOCK = 7_226_867

/**
 * The demo workspace of this data folder, made with its demo.json when the database is empty;
 * null when the database has workspaces, but none that demo.json knows. It survives a crash at
 * any moment: the tokens are in demo.json.tmp before the commit, and in demo.json after it.
 */
export async function makeDemo(settings: Settings): Promise<Demo | null> {
  const client = openDatabase(settings.databaseUrl, 1)
  try {
    const kept = await keptDemo(client.db, settings)
    return kept ?? (await newDemo(client.db, settings))
  } finally {
    await client.close()
  }
}

const filesIn = (dataDir: string) => {
  const file = join(dataDir, 'demo.json')
  return { file, temporary: `${file}.tmp` }
}

/** The demo of an earlier start, even of one that was killed right after its commit. */
async function keptDemo(db: Database, { dataDir, rootToken }: Settings): Promise<Demo | null> {
  const { file, temporary } = filesIn(dataDir)
  if (await isOf(db, read(temporary))) renameSync(temporary, file)
  const kept = read(file)
  if (!kept || !(await isOf(db, kept))) return null
  if (kept.rootToken === rootToken) return kept
  const current = { ...kept, rootToken }
  write(temporary, current)
  renameSync(temporary, file)
  return current
}

/** Whether this database knows any token of the demo; it may belong to another database, or be rolled back. */
async function isOf(db: Database, demo: Demo | null): Promise<boolean> {
  if (!demo) return false
  const { apiKey, aiAgent, users } = demo
  return isAnyTokenKnown(db, [apiKey, aiAgent.token, ...users.map((user) => user.token)])
}

async function newDemo(db: Database, { dataDir, rootToken }: Settings): Promise<Demo | null> {
  const { file, temporary } = filesIn(dataDir)
  const demo = await db.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${DEMO_LOCK})`)
    if (!(await isEmpty(tx))) return null
    const made: Demo = { rootToken, ...(await createDemoWorkspace(tx)) }
    write(temporary, made)
    return made
  })
  if (demo) renameSync(temporary, file)
  return demo
}

/** Null when the file is absent, incomplete or not a demo. */
function read(path: string): Demo | null {
  try {
    return demoFile.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null
  } catch (error) {
    const isTorn = error instanceof SyntaxError
    if (isTorn || (error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

function write(path: string, demo: Demo): void {
  // The mode is applied only to a new file.
  rmSync(path, { force: true })
  writeFileSync(path, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600, flush: true })
}
