/** How `npm run serve` listens: HOST, PORT, WORKERS, CONNECTIONS, CORS_*. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'
import { list, origins, text } from './fields.ts'

export type ServerConfig = {
  host: string
  port: number
  /** The number of processes. */
  workers: number
  /** The limit of each process: one more is closed as soon as it is accepted. */
  connections: number
  cors: { origins: string[]; headers: string[] }
}

const isHeaderName = (text: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(text)

const serverVariables = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  CORS_ORIGINS: origins,
  CORS_HEADERS: list.refine((all) => all.every(isHeaderName), 'must list header names').default([]),
})

/** @throws Fault `misconfigured` */
export const readServerConfig = (env: Environment): ServerConfig => {
  const { HOST, PORT, WORKERS, CONNECTIONS, CORS_ORIGINS, CORS_HEADERS } = check(serverVariables, env)
  const cors = { origins: CORS_ORIGINS, headers: CORS_HEADERS }
  return { host: HOST, port: PORT, workers: WORKERS, connections: CONNECTIONS, cors }
}
