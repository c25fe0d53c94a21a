/** A moment as RFC 3339 writes it: which texts are one, and which millisecond they mean. */
import * as z from 'zod'

/** Section 5.6, whose T and Z may be in lower case; whether there is such a day, or leap second, is looked at below. */
const DATE_TIME =
  /^(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:)([0-5]\d|60)(?:\.(\d+))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** Unix milliseconds, cut off as stamps are; a leap second, which unix time does not have, is the second after it. */
export const unixMsOf = (text: string): number | undefined => {
  const [, date = '', time, second, fraction = '', zone] = DATE_TIME.exec(text.toUpperCase()) ?? []
  if (!isDay(date)) return undefined
  const isLeap = second === '60'
  const unixMs = Date.parse(`${date}T${time}${isLeap ? '59' : second}${zone}`) + (isLeap ? 1_000 : 0)
  if (isLeap && !beginsMonth(unixMs)) return undefined
  return unixMs + Number(fraction.padEnd(3, '0').slice(0, 3))
}

/** `Date` takes the 30th of February for a day of March. */
const isDay = (date: string) => {
  const unixMs = Date.parse(`${date}T00:00:00Z`)
  return !Number.isNaN(unixMs) && new Date(unixMs).toISOString().startsWith(date)
}

/** Leap seconds are the last of a month in UTC, wherever the clock is that shows them. */
const beginsMonth = (unixMs: number) => new Date(unixMs).toISOString().endsWith('-01T00:00:00.000Z')

/** The last millisecond that an id has room for is in the year 10889: no text of four digits means a later one. */
export const moment = z
  .string()
  .transform((value, context): number => {
    const unixMs = unixMsOf(value)
    if (unixMs !== undefined) return Math.max(0, unixMs)
    context.addIssue({
      code: 'custom',
      message:
        'must be a time with seconds and an offset, as in 2026-11-21T09:30:29Z (RFC 3339); + is %2B in a URL',
      params: { kind: 'bad_time' },
    })
    return z.NEVER
  })
  .meta({ override: { type: 'string', format: 'date-time' } })
