/** What the pictures of experiments have in common: one time axis, and words beside it. */
import { text } from '@observablehq/plot'
import { WIDTH } from '../../kit/picture.ts'

/** At the right, words for what is drawn. */
const MARGINS = { marginLeft: 60, marginRight: 145 }

export const FAILED = 'no success'

/** @param last second that is drawn */
export const timed = (last: number, height: number) => ({
  width: WIDTH,
  height,
  ...MARGINS,
  marginTop: 8,
  marginBottom: 8,
  x: { domain: [0, last], label: null, axis: null },
})

export const SECONDS = { marginBottom: 36, label: 'seconds', ticks: 10 }

/** Pixels from the left. */
export const leftOf = (second: number, last: number): number =>
  MARGINS.marginLeft + (second / last) * (WIDTH - MARGINS.marginLeft - MARGINS.marginRight)

const LINE = 16

/** Words beside a plot, in the colours of what they name. */
export const besides = (words: { words: string; color?: string }[], facet: Record<string, string> = {}) =>
  words.map(({ words, color = 'currentColor' }, index) =>
    text([{ words, ...facet }], {
      ...Object.fromEntries(Object.keys(facet).map((name) => [name, name])),
      text: 'words',
      fill: color,
      fontWeight: 600,
      frameAnchor: 'top-right',
      textAnchor: 'start',
      lineAnchor: 'top',
      dx: 8,
      dy: 2 + index * LINE,
    }),
  )
