import { defineSignal } from '@temporalio/workflow'

/** Something may have freed a slot; or this offer was settled. */
export const wake = defineSignal<[{ settled?: string }]>('wake')
