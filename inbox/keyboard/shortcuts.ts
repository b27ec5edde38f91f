/** What a key does, as it is told to the reader. */
export const shortcuts = [
  { keys: 'j', what: 'Next conversation' },
  { keys: 'k', what: 'Previous conversation' },
  { keys: 'r', what: 'Write' },
  { keys: 'Ctrl Enter', what: 'Send, or Takeover & Send' },
  { keys: 'Esc', what: 'Leave the text' },
  { keys: '?', what: 'Show these keys' },
] as const
