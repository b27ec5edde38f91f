import { resolve } from 'node:path'
import { z } from 'zod'
import { databaseUrlIn } from './embedded/postgres/address.ts'
import { rootTokenIn } from './embedded/root-token.ts'
import { StartupError } from './embedded/startup-error.ts'

/** What the environment says; null where the embedded parts or the data folder provide it. */
export interface Settings {
  port: number
  host: string
  databaseUrl: string | null
  temporalAddress: string | null
  temporalNamespace: string
  temporalPort: number
  temporalUiPort: number
  postgresPort: number
  /** Absolute. */
  dataDir: string
  rootToken: string | null
  demo: boolean
  /** Whether webhooks may go to private and loopback addresses. */
  allowPrivateWebhooks: boolean
  logLevel: LogLevel
  /** Whether errors in workflows tell where: they do not, for speed. */
  workflowStacks: boolean
  /** How many days commands, events, notifications and deliveries are kept. */
  retentionDays: number
}

/** Settings with every address known. */
export type ResolvedSettings = Settings & {
  databaseUrl: string
  temporalAddress: string
  rootToken: string
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
type LogLevel = (typeof LOG_LEVELS)[number]

const digits = z.string().regex(/^\d{1,5}$/)
const numberFrom = (lowest: number, highest: number) =>
  digits.transform(Number).pipe(z.number().min(lowest).max(highest))
const portFrom = (lowest: number) => numberFrom(lowest, 65535)
const printable = z.string().regex(/^[\x21-\x7e]+$/)

const environment = z.object({
  PORT: portFrom(0).default(3000),
  HOST: printable.default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/\S+$/)
    .refine(URL.canParse)
    .optional(),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^([\w.-]+|\[[\da-f:]+\]):\d{1,5}$/i)
    .optional(),
  TEMPORAL_NAMESPACE: z
    .string()
    .regex(/^[\w.-]{2,}$/)
    .default('default'),
  TEMPORAL_PORT: portFrom(1).default(7233),
  TEMPORAL_UI_PORT: portFrom(1).default(8233),
  POSTGRES_PORT: portFrom(1).default(54329),
  BATON_DATA_DIR: z.string().default('.baton'),
  BATON_ROOT_TOKEN: printable.optional(),
  BATON_DEMO: z.enum(['0', '1']).optional(),
  BATON_WEBHOOK_ALLOW_PRIVATE: z.enum(['0', '1']).default('0'),
  BATON_WORKFLOW_STACKS: z.enum(['0', '1']).default('0'),
  BATON_LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  BATON_RETENTION_DAYS: numberFrom(1, 36_500).default(90),
})

type Variable = keyof z.infer<typeof environment>

const allowed: Record<Variable, string> = {
  PORT: '0–65535',
  HOST: 'an address to listen on, such as 127.0.0.1 or 0.0.0.0',
  DATABASE_URL: 'an address like postgres://user:password@host:5432/database',
  TEMPORAL_ADDRESS: 'host:port, such as 127.0.0.1:7233',
  TEMPORAL_NAMESPACE: 'two or more letters, digits, dots, dashes or underscores',
  TEMPORAL_PORT: '1–65535',
  TEMPORAL_UI_PORT: '1–65535',
  POSTGRES_PORT: '1–65535',
  BATON_DATA_DIR: 'a folder',
  BATON_ROOT_TOKEN: 'printable ASCII characters without blanks',
  BATON_DEMO: '0 or 1',
  BATON_WEBHOOK_ALLOW_PRIVATE: '0 or 1',
  BATON_WORKFLOW_STACKS: '0 or 1',
  BATON_LOG_LEVEL: LOG_LEVELS.join(', '),
  BATON_RETENTION_DAYS: '1–36500',
}

const secret = new Set<Variable>(['DATABASE_URL', 'BATON_ROOT_TOKEN'])

/**
 * The settings of this environment; an empty variable counts as absent. The one place that knows
 * the variables' names and defaults.
 * @throws StartupError naming every variable that is wrong and what it may be
 */
export function readSettings(env: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()))
  const read = environment.safeParse(given)
  if (!read.success) {
    const wrong = new Set(read.error.issues.map((issue) => issue.path[0] as Variable))
    throw new StartupError([...wrong].map((name) => complaint(name, given[name])).join('\n'))
  }
  const { BATON_DEMO: demo, ...values } = read.data
  return {
    port: values.PORT,
    host: values.HOST,
    databaseUrl: values.DATABASE_URL ?? null,
    temporalAddress: values.TEMPORAL_ADDRESS ?? null,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    temporalPort: values.TEMPORAL_PORT,
    temporalUiPort: values.TEMPORAL_UI_PORT,
    postgresPort: values.POSTGRES_PORT,
    dataDir: resolve(values.BATON_DATA_DIR),
    rootToken: values.BATON_ROOT_TOKEN ?? null,
    demo: demo ? demo === '1' : !values.DATABASE_URL,
    allowPrivateWebhooks: values.BATON_WEBHOOK_ALLOW_PRIVATE === '1',
    workflowStacks: values.BATON_WORKFLOW_STACKS === '1',
    logLevel: values.BATON_LOG_LEVEL,
    retentionDays: values.BATON_RETENTION_DAYS,
  }
}

/**
 * The settings of an API, worker or migration that starts alone. What is not set is taken from where
 * `npm start` with the same data folder puts it, so each works beside it without settings.
 * @throws StartupError when DATABASE_URL is not set and there is no embedded database
 */
export function resolveSettings(settings: Settings): ResolvedSettings {
  return {
    ...settings,
    databaseUrl: settings.databaseUrl ?? databaseUrlIn(settings.dataDir, settings.postgresPort),
    temporalAddress: settings.temporalAddress ?? `127.0.0.1:${settings.temporalPort}`,
    rootToken: settings.rootToken ?? rootTokenIn(settings.dataDir),
  }
}

function complaint(name: Variable, value: string | undefined): string {
  return `${name} must be ${allowed[name]}${secret.has(name) ? '' : `, got "${value}"`}`
}
