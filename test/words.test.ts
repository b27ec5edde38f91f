import { expect, test } from 'vitest'
import { linesOf, sources } from './harness/sources.ts'

/** Words that take a person for a man, alone or inside an identifier. */
const HE = /\b([Hh]e|[Hh]is|[Hh]im(self)?)\b|[a-z](He|His|Him)(?![a-z])|\b(his|him)[A-Z]/

/** Words that the house has given up, each for a plainer one. */
const GIVEN_UP = /\b(happenings?|deaf|clearTheWay|patiently|HandoverRow|takeTurn)\b/i

/** In a sentence; as a name it stays on the wire, in histories and in tables. */
const HANDOVER = /\b(an?|the|each|every|another|one) handover|\bhand(s|ed|ing)? over\b/i

test.each([
  ['a person is they', HE],
  ['no word that was given up comes back', GIVEN_UP],
  ['a handover is a shift change', HANDOVER],
])('%s', (_, forbidden) => {
  const lines = linesOf(sources('.ts', '.md').filter((path) => path !== 'test/words.test.ts'))
  const found = lines.filter(({ text }) => forbidden.test(text))
  expect(found.map(({ at, text }) => `${at} ${text.trim()}`)).toEqual([])
})
