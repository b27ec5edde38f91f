import type { InfiniteData, QueryClient } from '@tanstack/react-query'
import type { Conversation, User } from '../../client/index.ts'
import { keys } from './keys.ts'
import { inOrder, isListed, type Listing } from './views.ts'

type Page = { items: Conversation[]; nextCursor: string | null }
type Pages = InfiniteData<Page, string>

/** Puts a conversation, as it was just read, wherever it is shown. What is older changes nothing. */
export function applyConversation(cache: QueryClient, conversation: Conversation, me: User): void {
  const key = keys.conversation(conversation.id)
  const known = cache.getQueryData<Conversation>(key)
  if (known && isOlder(conversation, known)) return
  cache.setQueryData(key, conversation)
  changeLists(cache, (pages, listing) => {
    const others = without(pages, conversation.id)
    if (!isListed(listing, conversation, me)) return others
    return within(others, conversation, listing)
  })
}

/** Takes a conversation from wherever it is shown: the user does not see it any more. */
export function dropConversation(cache: QueryClient, id: string): void {
  cache.removeQueries({ queryKey: keys.messages(id) })
  changeLists(cache, (pages) => without(pages, id))
}

function isOlder(one: Conversation, than: Conversation): boolean {
  if (one.version !== than.version) return one.version < than.version
  return (one.lastMessageAt ?? '') < (than.lastMessageAt ?? '')
}

function changeLists(cache: QueryClient, change: (pages: Pages, of: Listing) => Pages): void {
  for (const query of cache.getQueryCache().findAll({ queryKey: keys.lists })) {
    const listing = query.queryKey[1] as Listing
    cache.setQueryData<Pages>(query.queryKey, (pages) => pages && change(pages, listing))
  }
}

function without({ pages, ...data }: Pages, id: string): Pages {
  const kept = pages.map((page) => ({
    ...page,
    items: page.items.filter((one) => one.id !== id),
  }))
  return { ...data, pages: kept }
}

/** In its place among those that are loaded; what belongs behind them comes with a later page. */
function within({ pages, ...data }: Pages, conversation: Conversation, { view }: Listing): Pages {
  const compare = inOrder(view)
  const at = pages.findIndex(
    ({ items, nextCursor }) =>
      nextCursor === null || items.some((one) => compare(conversation, one) < 0),
  )
  const kept = pages.map((page, index) => {
    if (index !== at) return page
    return { ...page, items: [...page.items, conversation].sort(compare) }
  })
  return { ...data, pages: kept }
}
