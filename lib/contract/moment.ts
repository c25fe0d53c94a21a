/** A time in RFC 3339 format: which texts are valid, and which millisecond they mean. */
import * as z from 'zod'

/** Section 5.6, which allows T and Z in lower case; whether the day or leap second exists is checked below. */
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Unix milliseconds, truncated as stamps are. Unix time has no leap seconds: one counts as the second after it. */
export const unixMsOf = (text: string): number | undefined => {
  const [, date = '', time, second, fraction = '', zone] = DATE_TIME.exec(text.toUpperCase()) ?? []
  if (!isDay(date)) return undefined
  const isLeap = second === '60'
  const unixMs = Date.parse(`${date}T${time}${isLeap ? '59' : second}${zone}`) + (isLeap ? 1_000 : 0)
  if (isLeap && !beginsMonth(unixMs)) return undefined
  return unixMs + Number(fraction.padEnd(3, '0').slice(0, 3))
}

/** `Date` turns the 30th of February into a day of March. */
const isDay = (date: string) => {
  const unixMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(unixMs) && new Date(unixMs).toISOString().startsWith(date)
}

/** A leap second is the last of a month in UTC, whatever the offset. */
const beginsMonth = (unixMs: number) => new Date(unixMs).toISOString().endsWith('-01T00:00:00.000Z')

/** The last millisecond that fits into an id is in the year 10889: no four-digit year is later. */
export const moment = z
  .string()
  .transform((value, context): number => {
    const unixMs = unixMsOf(value)
    if (unixMs !== undefined) return Math.max(0, unixMs)
    context.addIssue({
      code: 'custom',
      message:
        'must be an RFC 3339 time with seconds and an offset, such as 2026-11-21T09:30:29Z; in a URL, + is %2B',
      params: { kind: 'bad_time' },
    })
    return z.NEVER
  })
  .meta({ override: { type: 'string', format: 'date-time' } })
