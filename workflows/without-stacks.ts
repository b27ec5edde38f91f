/**
 * Runs in the sandbox before any workflow: errors there get no stack trace. The SDK takes one at
 * every promise, for the query `__stack_trace`; it costs a command more than its own code does.
 */
Error.stackTraceLimit = 0
