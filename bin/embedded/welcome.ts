import type { Demo } from '../demo.ts'

export interface Ready {
  url: string
  uiUrl: string | null
  temporalAddress: string
  dataDir: string
  demo: Demo | null
  seconds: number
}

/** What is printed once everything runs: where it is, and a line to try it with. */
export function welcome(ready: Ready): string {
  const { url, uiUrl, temporalAddress, dataDir, demo, seconds } = ready
  const lines = [
    '',
    `Baton is ready after ${seconds.toFixed(1)} s.`,
    '',
    `  API          ${url}`,
    `  Docs         ${url}/docs`,
    uiUrl ? `  Temporal UI  ${uiUrl}` : `  Temporal     ${temporalAddress}`,
    `  Data folder  ${dataDir}${demo ? '   (demo.json has the tokens)' : ''}`,
    '',
  ]
  return [...lines, ...(demo ? [tryIt(url, demo), ''] : []), 'Ctrl-C stops it.'].join('\n')
}

function tryIt(url: string, { apiKey, aiAgent }: Demo): string {
  const body = { kind: 'chat', aiAgentId: aiAgent.id, player: { externalId: 'player-1' } }
  return [
    'Begin a chat:',
    `  curl -s ${url}/v1/conversations -H 'Authorization: Bearer ${apiKey}' \\`,
    `    -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`,
  ].join('\n')
}
