/**
 * Records traces and sends them to a collector, at OTEL_EXPORTER_OTLP_ENDPOINT (by default http://localhost:4318). To be copied,
 * with the packages that it imports; `node --import` loads it before the service.
 */
import { trace } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'

/** By the id of the trace: each instance comes to the same verdict. */
const oneInAHundred = new TraceIdRatioBasedSampler(0.01)

trace.setGlobalTracerProvider(
  new TracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ 'service.name': 'dialogs' })),
    // Steps follow their request. What callers say about sampling is ignored: anybody could have all of it recorded.
    sampler: new ParentBasedSampler({
      root: oneInAHundred,
      remoteParentSampled: oneInAHundred,
      remoteParentNotSampled: oneInAHundred,
    }),
    // What ended in the last second before an instance stops may be lost.
    spanProcessors: [
      new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: 1_000 }),
    ],
  }),
)
