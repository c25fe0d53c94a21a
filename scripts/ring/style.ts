/** What the pictures have in common: a colour a key, a column a population. */
import { WIDTH } from '../picture.ts'
import { KEYS } from './keys.ts'
import { EVEN } from './measure.ts'
import { CELEBRITY, TAIL, TORRENT } from './populations.ts'

export const NAMES = KEYS.map(({ name }) => name)
/** Mid tones, to be told apart on white and on black. */
export const COLORS = {
  domain: [...NAMES, EVEN],
  range: ['#e5534b', '#dd8a1c', '#a371f7', '#14a085', '#8b949e'],
}
export const COLUMNS = [TAIL, CELEBRITY, TORRENT]
export const SHARED = {
  width: WIDTH,
  color: COLORS,
  fx: { label: null, domain: COLUMNS, padding: 0.15, axis: 'top' },
} as const
