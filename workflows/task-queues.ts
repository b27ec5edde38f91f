/**
 * The task queue of the long activities, one per webhook. It has slots of its own: on the common
 * task queue they would take the slots in which commands are settled.
 */
export const deliveriesOf = (taskQueue: string) => `${taskQueue}-deliveries`
