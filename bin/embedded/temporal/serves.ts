import { Connection } from '@temporalio/client'

const CONNECT_MS = 1_000

/** Whether the server at `address` answers and has this namespace. */
export async function serves(address: string, namespace: string): Promise<boolean> {
  try {
    const connection = await Connection.connect({ address, connectTimeout: CONNECT_MS })
    try {
      await connection.workflowService.describeNamespace({ namespace })
      return true
    } finally {
      await connection.close()
    }
  } catch {
    return false
  }
}
