import type { ContestantName } from '../contestants.ts'
import type { Script } from './ask.ts'

/** Something that clients of a contestant do again and again. */
export type Workload = {
  contestant: ContestantName
  /** The kind of what is measured, and what the table calls it. */
  kind: string
  title: string
  /** The titles of what it is compared with, in the same round. */
  besides: string[]
  /** How much of a slice it needs; all of it unless said. */
  share?: number
  /** For one more client, which acts on conversations of its own. */
  script(): Promise<Script>
}

/** How many conversations a client acts on in turn. */
export const CONVERSATIONS_EACH = 2

export const TEXT = 'Let me have a look at that for you: your parcel should be there by Friday.'

export const FLOOR = 'floor'
export const NAIVE = 'naive'
