/** How `npm run serve` listens: HOST, PORT, WORKERS, CONNECTIONS, CORS_*, ADMIN_*. */
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
  /** Where its metrics are told. Absent: there are none. */
  admin?: Admin
}
export type Admin = { host: string; port: number }

const isHeaderName = (text: string) => /^[\w!#$%&'*+.^`|~-]+$/.test(text)

const port = z.coerce.number().int().min(0).max(65_535)

const serverVariables = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: port.default(3000),
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(20_000),
  CORS_ORIGINS: origins,
  ADMIN_HOST: text.default('127.0.0.1'),
  ADMIN_PORT: port.optional(),
  CORS_HEADERS: list.refine((all) => all.every(isHeaderName), 'must list header names').default([]),
})

/** @throws Fault `misconfigured` */
export const readServerConfig = (env: Environment): ServerConfig => {
  const { HOST, PORT, WORKERS, CONNECTIONS, CORS_ORIGINS, CORS_HEADERS, ...checked } = check(
    serverVariables,
    env,
  )
  const { ADMIN_HOST, ADMIN_PORT } = checked
  const cors = { origins: CORS_ORIGINS, headers: CORS_HEADERS }
  const admin = ADMIN_PORT !== undefined && { admin: { host: ADMIN_HOST, port: ADMIN_PORT } }
  return { host: HOST, port: PORT, workers: WORKERS, connections: CONNECTIONS, cors, ...admin }
}
