export { conversation } from './conversation.ts'
export { handover } from './handover.ts'
export { queue } from './queue.ts'
export { retention } from './retention.ts'
