const DAY_MS = 86_400_000
const DATE_END = -'00:00:00.000Z'.length

const TWO_DIGITS = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'))
const WITH_COLON = TWO_DIGITS.map((digits) => `${digits}:`)

let [day, date] = [Number.NaN, '']

/**
 * The same text as `Date.toISOString`, in a fraction of its time: the date, which is the expensive part, is usually that of
 * the previous call. A page of messages spends more time on this than on any other code of ours.
 */
export const isoTime = (unixMs: number): string => {
  const dayOf = Math.floor(unixMs / DAY_MS)
  if (dayOf !== day) {
    date = new Date(dayOf * DAY_MS).toISOString().slice(0, DATE_END)
    day = dayOf
  }
  const ms = unixMs - dayOf * DAY_MS
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const rest = ms % 1_000
  return (
    date +
    WITH_COLON[Math.floor(minutes / 60)] +
    WITH_COLON[minutes % 60] +
    TWO_DIGITS[seconds % 60] +
    (rest < 10 ? '.00' : rest < 100 ? '.0' : '.') +
    rest +
    'Z'
  )
}
