/**
 * Records one request in a hundred, or another share (OTEL_TRACES_SAMPLER_ARG: 0 to 1), and sends the spans to a collector at
 * OTEL_EXPORTER_OTLP_ENDPOINT (by default http://localhost:4318). To be copied, with the packages that it imports;
 * `node --import` loads it before the service.
 */
import { SpanKind, TraceFlags, trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import { BatchSpanProcessor, type Sampler, SamplingDecision, TracerProvider } from '@opentelemetry/sdk-trace'

const share = Number(process.env['OTEL_TRACES_SAMPLER_ARG'] ?? 0.01)

/**
 * A request by chance: if what its caller says counted, the id of the trace included, anybody could have everything recorded.
 * What follows from it is recorded as it is. Behind a gateway of yours that has decided already: ParentBasedSampler.
 */
const sampler: Sampler = {
  shouldSample: (context, _traceId, _name, kind) => {
    const flags = trace.getSpanContext(context)?.traceFlags ?? TraceFlags.NONE
    const isRecorded = kind === SpanKind.SERVER ? Math.random() < share : flags === TraceFlags.SAMPLED
    return { decision: isRecorded ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD }
  },
  toString: () => `requests by chance (${share})`,
}

trace.setGlobalTracerProvider(
  new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'dialogs' })),
    sampler,
    // What has ended in the last second before an instance stops may be lost.
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 }),
    ],
  }),
)
