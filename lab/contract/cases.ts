/** How many cases a person asks of `npm run lab -- contract`. */
import { fail } from '../../bin/fail.ts'

/** A minute of CI. */
const DEFAULT = 400
const USAGE = 'usage: npm run lab -- contract [--cases 20000], from 100 to 999999'

export const casesOf = ([option, count = '', ...others]: string[]): number => {
  if (option === undefined) return DEFAULT
  if (option === '--cases' && others.length === 0 && /^[1-9]\d{2,5}$/.test(count)) return Number(count)
  return fail(new Error(USAGE))
}
