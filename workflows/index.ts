export { conversation } from './conversation.ts'
export { queue } from './queue.ts'
export { retention } from './retention.ts'
