/** Spans, begun and ended by hand. The only file that imports OpenTelemetry, and of that its API alone: see decision 41. */
import {
  type Attributes,
  ProxyTracerProvider,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { type Parent, traceparentOf } from './traceparent.ts'

export type { Tracer } from '@opentelemetry/api'

/** Whose work it is: that of a request here, of the database, of whoever gets a push, or a push that has come in. */
type Kind = 'server' | 'client' | 'producer' | 'consumer'

const KINDS: Record<Kind, SpanKind> = {
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}
const NAME = 'scylla-dialogs'

/** Undefined: no SDK is loaded. One is loaded by `--import`, before this is asked. */
export const loadedTracer = (): Tracer | undefined => {
  const provider = trace.getTracerProvider()
  // Without an SDK, it gives tracers that do nothing: not to use them at all costs a request less.
  const isLoaded =
    !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer(NAME) !== undefined
  return isLoaded ? provider.getTracer(NAME) : undefined
}

/** A step of a request. Neither its name nor its attributes may ever tell a person, a dialog, a path or a text. */
export class Span {
  private readonly tracer: Tracer
  private readonly span: ReturnType<Tracer['startSpan']>

  /** @param parent a span of this process, or one that a `traceparent` names; absent: it begins a trace */
  constructor(tracer: Tracer, name: string, kind: Kind, parent?: Span | Parent) {
    this.tracer = tracer
    this.span = tracer.startSpan(name, { kind: KINDS[kind] }, contextOf(parent))
  }

  /** False for the requests that sampling leaves out, of which no step need be recorded. */
  get isRecorded(): boolean {
    return this.span.isRecording()
  }

  get traceId(): string {
    return this.span.spanContext().traceId
  }

  /** For whoever goes on with it elsewhere. */
  get traceparent(): string {
    return traceparentOf(this.span.spanContext())
  }

  /** A step that is a part of this one, even if this one has ended. */
  begin(name: string, kind: Kind): Span {
    return new Span(this.tracer, name, kind, this)
  }

  /** @param hasFailed for reasons that are not the caller's */
  end(attributes: Attributes, hasFailed = false): void {
    this.span.setAttributes(attributes)
    if (hasFailed) this.span.setStatus({ code: SpanStatusCode.ERROR })
    this.span.end()
  }

  /** The API wants it in a context, which we need for nothing else. */
  static contextOf({ span }: Span) {
    return trace.setSpan(ROOT_CONTEXT, span)
  }
}

const contextOf = (parent: Span | Parent | undefined) => {
  if (!parent) return ROOT_CONTEXT
  return parent instanceof Span ? Span.contextOf(parent) : trace.setSpanContext(ROOT_CONTEXT, parent)
}
