/** Times as people read them, in their own language and time zone. */

const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' })
const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const DAY_MS = 86_400_000
const WEEK_DAYS = 7

const midnightOf = (ms: number) => new Date(ms).setHours(0, 0, 0, 0)
/** Days of the calendar, which may have 23 or 25 hours. */
const daysBetween = (ms: number, nowMs: number) => Math.round((midnightOf(nowMs) - midnightOf(ms)) / DAY_MS)

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export const timeOf = (ms: number): string => time.format(ms)
export const fullTimeOf = (ms: number): string => full.format(ms)

export const dayOf = (ms: number, nowMs: number): string => {
  const days = daysBetween(ms, nowMs)
  if (days <= 1) return capital(relative.format(-days, 'day'))
  return days < WEEK_DAYS ? weekday.format(ms) : date.format(ms)
}

/** As short as it can be. */
export const shortlyOf = (ms: number, nowMs: number): string =>
  daysBetween(ms, nowMs) <= 0 ? timeOf(ms) : dayOf(ms, nowMs)
