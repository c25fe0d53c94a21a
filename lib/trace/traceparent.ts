/** The header `traceparent` (W3C Trace Context, section 3.2), which says of which trace a request is a part. */

/** As OpenTelemetry's span context. */
export type Parent = { traceId: string; spanId: string; traceFlags: number; isRemote: true }

const SAMPLED = 1
/** Lower case alone. A later version may say more, after another hyphen. */
const HEADER = /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/
const ZEROS = /^0+$/

/** Undefined for anything but exactly one valid value: a header that is wrong is as none. */
export const parentOf = (values: string[] | undefined): Parent | undefined => {
  if (values?.length !== 1) return undefined
  const [, version, traceId = '', spanId = '', flags, more] = HEADER.exec(values[0] as string) ?? []
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return undefined
  // What the other flags mean is not known here, so they are not passed on.
  return { traceId, spanId, traceFlags: Number.parseInt(String(flags), 16) & SAMPLED, isRemote: true }
}

export const traceparentOf = ({ traceId, spanId, traceFlags }: Omit<Parent, 'isRemote'>): string =>
  `00-${traceId}-${spanId}-${(traceFlags & SAMPLED) === 0 ? '00' : '01'}`
