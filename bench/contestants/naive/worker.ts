import { NativeConnection, Worker } from '@temporalio/worker'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { settle } from './settle.ts'

export type Activities = { settle(commandId: string): Promise<void> }

const db = drizzle(postgres(process.env.DATABASE_URL as string))
const activities: Activities = { settle: (commandId) => settle(db, commandId) }
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: process.env.TEMPORAL_ADDRESS as string }),
  workflowBundle: { codePath: process.env.WORKFLOW_BUNDLE as string },
  taskQueue: 'naive',
  activities,
})
await worker.run()
