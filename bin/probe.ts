/** Whether the service in this container is alive: exit code 0 or 1. The Dockerfile's health check. */
import { readServerConfig } from '../lib/config/server.ts'

const LIMIT_MS = 2_000

const { host, port } = readServerConfig(process.env)
const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
const reply = await fetch(`http://${address}:${port}/health`, {
  signal: AbortSignal.timeout(LIMIT_MS),
}).catch(() => undefined)
process.exit(reply?.ok ? 0 : 1)
