import { migrate } from '../db/migrate.ts'
import { orExplain } from './run/or-explain.ts'
import { readSettings, resolveSettings } from './settings.ts'

await orExplain(async () => {
  await migrate(resolveSettings(readSettings(process.env)).databaseUrl)
  console.log('The database schema is up to date.')
})
