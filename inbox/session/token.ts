/** The token of this tab: another tab may be somebody else, and a closed one is signed out. */
const KEY = 'baton.token'

export function keptToken(): string | null {
  return sessionStorage.getItem(KEY)
}

export function keepToken(token: string): void {
  sessionStorage.setItem(KEY, token)
}

export function forgetToken(): void {
  sessionStorage.removeItem(KEY)
}
