/** The Dockerfile's health check: exit code 0 if the service in this container is alive, else 1. */
import { readServerConfig } from '../lib/config/server.ts'

const TIMEOUT_MS = 2_000

const { host, port } = readServerConfig(process.env)
const address = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host
const reply = await fetch(`http://${address}:${port}/health`, {
  signal: AbortSignal.timeout(TIMEOUT_MS),
}).catch(() => undefined)
process.exit(reply?.ok ? 0 : 1)
