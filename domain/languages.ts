/** What a language tag looks like; underscores may part its subtags as well. */
export const LANGUAGE_TAG = /^[A-Za-z0-9]+([-_][A-Za-z0-9]+)*$/

/**
 * The one form of all tags that mean the same: `pt-BR` for `PT_br`. Tags that the platform does
 * not know, such as `x-pirate`, compare without case too.
 */
export function canonicalLanguage(tag: string): string {
  const hyphenated = tag.replaceAll('_', '-')
  try {
    return Intl.getCanonicalLocales(hyphenated)[0] ?? hyphenated
  } catch {
    return hyphenated.toLowerCase()
  }
}

/**
 * The key under which something is kept for a language: the exact tag first, then what is left
 * without its last subtags; undefined when there is none. Source: RFC 4647, section 3.4.
 */
export function languageKey(keys: string[], language: string): string | undefined {
  if (keys.includes(language)) return language
  const known = new Map(keys.map((key) => [canonicalLanguage(key), key]))
  const wanted = canonicalLanguage(language).split('-')
  for (let left = wanted.length; left > 0; left--) {
    const key = known.get(canonicalLanguage(wanted.slice(0, left).join('-')))
    if (key !== undefined) return key
  }
  return undefined
}
