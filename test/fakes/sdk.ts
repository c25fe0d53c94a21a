/** An SDK of OpenTelemetry in this process, which keeps the spans that have ended; by default it samples everything. */
import { trace } from '@opentelemetry/api'
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  type ReadableSpan,
  type Sampler,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

export type Ended = {
  name: string
  kind: number
  traceId: string
  spanId: string
  parent: string | undefined
  status: number
  attributes: ReadableSpan['attributes']
}

/** Apps that are opened from now on record their requests, until it is stopped. */
export const an_sdk = (sampler: Sampler = new AlwaysOnSampler()) => {
  const exporter = new InMemorySpanExporter()
  let begun = 0
  const counting: Sampler = {
    shouldSample: (...asked) => {
      begun += 1
      return sampler.shouldSample(...asked)
    },
    toString: () => sampler.toString(),
  }
  trace.setGlobalTracerProvider(
    new TracerProvider({ sampler: counting, spanProcessors: [new SimpleSpanProcessor({ exporter })] }),
  )
  const spans = () => exporter.getFinishedSpans().map(ended)
  return {
    spans,
    named: (name: string) => spans().filter((span) => span.name === name),
    /** Whatever a span says, in one text. */
    everything: () => JSON.stringify(exporter.getFinishedSpans().map(wholeOf)),
    /** How many spans were begun, recorded or not. */
    begun: () => begun,
    forget: () => exporter.reset(),
    stop: () => trace.disable(),
  }
}
export type Sdk = ReturnType<typeof an_sdk>

const ended = (span: ReadableSpan): Ended => {
  const { traceId, spanId } = span.spanContext()
  const { name, kind, attributes, status, parentSpanContext } = span
  return { name, kind, traceId, spanId, parent: parentSpanContext?.spanId, status: status.code, attributes }
}

const wholeOf = (span: ReadableSpan) => ({
  ...ended(span),
  context: span.spanContext(),
  status: span.status,
  links: span.links,
  events: span.events,
})
