/** What the pictures have in common: a colour a key, a column a population. */
import { TONES, WIDTH } from '../kit/picture.ts'
import { KEYS } from './keys.ts'
import { EVEN } from './measure.ts'
import { CELEBRITY, TAIL, TORRENT } from './populations.ts'

export const NAMES = KEYS.map(({ name }) => name)
export const COLORS = {
  domain: [...NAMES, EVEN],
  range: [TONES.red, TONES.orange, TONES.purple, TONES.green, TONES.grey],
}
export const COLUMNS = [TAIL, CELEBRITY, TORRENT]
export const SHARED = {
  width: WIDTH,
  color: COLORS,
  fx: { label: null, domain: COLUMNS, padding: 0.15, axis: 'top' },
} as const
