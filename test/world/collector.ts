/** A collector of traces, for services in other processes that load examples/tracing.ts: what they have sent to it. */
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'

const HOST = '127.0.0.1'
const EXAMPLE = pathToFileURL(join(import.meta.dirname, '../../examples/tracing.ts')).href

/** The span of a caller. */
export const CALLER = '00f067aa0ba902b7'

/** OpenTelemetry Protocol 1.7, as JSON: integers are texts, and kinds count from 1. */
export type Collected = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  kind: number
  attributes: { key: string; value: Record<string, unknown> }[]
}
type Exported = { resourceSpans: { scopeSpans: { spans: Collected[] }[] }[] }

export const a_collector = async () => {
  const spans: Collected[] = []
  const server = createServer(async (request, response) => {
    const { resourceSpans } = (await json(request)) as Exported
    spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)))
    response.setHeader('content-type', 'application/json').end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  const { port } = server.address() as AddressInfo
  return {
    /** Of a service that is to record one request in a hundred. */
    variables: {
      NODE_OPTIONS: `--import=${EXAMPLE}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HOST}:${port}`,
    },
    spans,
    of: (traceId: string) => spans.filter((span) => span.traceId === traceId),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
export type Collector = Awaited<ReturnType<typeof a_collector>>

export const a_trace = (): { traceId: string; traceparent: string } => {
  const traceId = randomBytes(16).toString('hex')
  return { traceId, traceparent: `00-${traceId}-${CALLER}-01` }
}

export const attributesOf = ({ attributes }: Collected): Record<string, string> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, String(Object.values(value)[0])]))
