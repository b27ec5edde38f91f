import { join, relative } from 'node:path'
import type { Demo } from '../demo.ts'

export interface Ready {
  url: string
  uiUrl: string | null
  temporalAddress: string
  dataDir: string
  demo: Demo | null
  seconds: number
}

/** The text printed once everything runs: addresses, and lines to try it with; never a token. */
export function welcome(ready: Ready): string {
  const { url, uiUrl, temporalAddress, dataDir, demo, seconds } = ready
  const lines = [
    '',
    `Baton is ready after ${seconds.toFixed(1)} s.`,
    '',
    `  Inbox        ${url}/inbox`,
    `  API          ${url}`,
    `  Docs         ${url}/docs`,
    uiUrl ? `  Temporal UI  ${uiUrl}` : `  Temporal     ${temporalAddress}`,
    `  Data folder  ${dataDir}${demo ? '   (demo.json has the tokens)' : ''}`,
    '',
  ]
  const file = join(dataDir, 'demo.json')
  return [...lines, ...(demo ? [tryIt(url, file, demo), ''] : []), 'Ctrl-C stops it.'].join('\n')
}

/** The printed command reads the token from the file, because the output may be logged. */
function tryIt(url: string, file: string, { aiAgent }: Demo): string {
  const body = { kind: 'chat', aiAgentId: aiAgent.id, player: { externalId: 'player-1' } }
  return [
    'Begin a chat, in a second terminal in this folder:',
    `  KEY=$(node -p "JSON.parse(fs.readFileSync(0)).apiKey" < ${quoted(fromHere(file))})`,
    `  curl -s ${url}/v1/conversations -H "Authorization: Bearer $KEY" \\`,
    `    -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
  ].join('\n')
}

/** Relative to the working folder if the file is inside it. */
function fromHere(file: string): string {
  const path = relative(process.cwd(), file)
  return path.startsWith('..') ? file : path
}

/** Quoted for a shell, if necessary. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}
