/**
 * The task queue of the activities that go on for long. It has slots of its own: an activity per
 * webhook among the others would keep commands from being settled.
 */
export const deliveriesOf = (taskQueue: string) => `${taskQueue}-deliveries`
