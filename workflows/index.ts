export { conversation } from './conversation.ts'
export { queue } from './queue.ts'
