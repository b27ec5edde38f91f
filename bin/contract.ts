import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { createApp } from '../api/app.ts'
import type { Deps } from '../api/context.ts'

/** The generator needs an older compiler than ours, so neither of them is a dependency. */
const GENERATOR = ['--package=openapi-typescript@7.13.0', '--package=typescript@5.9.3']
const CONTRACT = 'client/contract.ts'

/** Makes the client's types from `/openapi.json`; needs no database or Temporal. */
const app = createApp({ rootTokenHash: '', log: pino({ level: 'silent' }) } as unknown as Deps)
const document = await (await app.request('/openapi.json')).text()
const folder = mkdtempSync(join(tmpdir(), 'baton-contract-'))
const [described, made] = [join(folder, 'openapi.json'), join(folder, 'contract.ts')]
writeFileSync(described, document)
const generate = ['--', 'openapi-typescript', described, '-o', made]
execFileSync('npm', ['exec', '--yes', ...GENERATOR, ...generate], { stdio: 'inherit' })
const hash = createHash('sha256').update(document).digest('hex')
const head = `// Made by npm run client from /openapi.json with SHA-256 ${hash}.\n`
writeFileSync(CONTRACT, head + readFileSync(made, 'utf8'))
rmSync(folder, { recursive: true })
