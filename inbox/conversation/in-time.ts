import type { Assignment, Message } from '../../client/index.ts'

/**
 * Messages and assignments as one story. Each message says under which assignment it was sent;
 * within one, messages keep their order, and a takeover's own message follows it.
 */
export function inTime(messages: Message[], assignments: Assignment[]): (Message | Assignment)[] {
  const story: (Message | Assignment)[] = []
  let next = 0
  for (const assignment of assignments) {
    while (messages[next] && (messages[next] as Message).epoch < assignment.number) {
      story.push(messages[next] as Message)
      next += 1
    }
    story.push(assignment)
  }
  return [...story, ...messages.slice(next)]
}
