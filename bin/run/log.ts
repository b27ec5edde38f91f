import { pino } from 'pino'
import type { ResolvedSettings } from '../settings.ts'

/** JSON lines on standard output: ids and codes, never texts, notes, names or tokens. */
export function openLog(name: string, { logLevel }: Pick<ResolvedSettings, 'logLevel'>) {
  return pino({ name, level: logLevel })
}
