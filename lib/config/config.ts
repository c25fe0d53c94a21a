/** The environment, read once at the door: raw variables -> checked variables -> nested configuration. */
import type { Rules } from '../timeline/rules.ts'
import { type AccountsConfig, readAccountsConfig } from './accounts.ts'
import { type AuthConfig, readAuthConfig } from './auth.ts'
import { readRules } from './buckets.ts'
import { type DatabaseConfig, readDatabaseConfig } from './database.ts'
import { type EmbeddedConfig, readEmbeddedConfig } from './embedded.ts'
import type { Environment } from './environment.ts'
import { type Limits, readLimits } from './limits.ts'
import { readEmbedsMetrics } from './metrics.ts'
import { type PageConfig, readPageConfig } from './page.ts'
import { type PushConfig, readPushConfig } from './push.ts'

export type Config = {
  auth: AuthConfig
  /** Absent: users have their accounts elsewhere. */
  accounts?: AccountsConfig
  database: DatabaseConfig | EmbeddedConfig
  /** Absent: nothing is pushed. */
  push?: PushConfig
  rules: Rules
  limits: Limits
  /** Functions write metrics into their log lines. */
  embedsMetrics: boolean
  page: PageConfig
}

/** @throws Fault `misconfigured` that names every missing or wrong variable, and no value. */
export const readConfig = (env: Environment): Config => {
  const accounts = readAccountsConfig(env)
  const push = readPushConfig(env)
  return {
    auth: readAuthConfig(env, accounts),
    ...(accounts && { accounts }),
    ...(push && { push }),
    database: readEmbeddedConfig(env) ?? readDatabaseConfig(env),
    rules: readRules(env),
    limits: readLimits(env),
    embedsMetrics: readEmbedsMetrics(env),
    page: readPageConfig(env),
  }
}
