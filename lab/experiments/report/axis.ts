/** What the pictures of experiments share: one time axis with its events, and words beside it. */
import { type PlotOptions, ruleX, text } from '@observablehq/plot'
import { WIDTH } from '../../kit/picture.ts'
import type { Event } from '../recorded.ts'

/** On the right there is room for words. */
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

/** The lowest plot shows the axis, too. */
export const withSeconds = (last: number, height: number) => ({
  ...timed(last, height),
  marginBottom: 36,
  x: { domain: [0, last], label: 'seconds', ticks: 10 },
})

/** Pixels from the left. */
export const leftOf = (second: number, last: number): number =>
  MARGINS.marginLeft + (second / last) * (WIDTH - MARGINS.marginLeft - MARGINS.marginRight)

/** Pixels. */
const LINE = 16

/** Words beside a plot, in the colours of the lines that they name. */
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

/** `line` 0 is the lowest. */
type Label = Event & { line: number; isLeft: boolean }

/** Pixels. Without a browser nothing measures text: this is the width of a character in a wide font of 12 pixels. */
const CHARACTER = 6.6
const GAP = 10

/** @param events in the order of time */
export const headOf = (events: Event[], last: number): PlotOptions => {
  const labels = labelsOf(events, last)
  const lines = 1 + Math.max(0, ...labels.map(({ line }) => line))
  const words = { x: 'atSeconds', y: 'line', text: 'what', dy: -2, lineAnchor: 'bottom' } as const
  return {
    ...timed(last, (lines + 1) * LINE),
    marginBottom: 0,
    y: { axis: null, domain: [-1, lines - 1], range: [(lines + 1) * LINE, LINE] },
    marks: [
      ruleX(labels, { x: 'atSeconds', y1: 'line', y2: -1, strokeOpacity: 0.4 }),
      text(labels, { ...words, filter: ({ isLeft }: Label) => !isLeft, textAnchor: 'start', dx: 3 }),
      text(labels, { ...words, filter: 'isLeft', textAnchor: 'end', dx: -3 }),
    ],
  }
}

/** The same vertical rules in the plots below. */
export const rulesOf = (events: Event[]) => ruleX(events, { x: 'atSeconds', strokeOpacity: 0.4 })

/** From the last to the first, each as low as it fits, so that no rule crosses the words of another event. */
export const labelsOf = (events: Event[], last: number): Label[] => {
  const taken: number[] = []
  return events.toReversed().map((event) => {
    const left = leftOf(event.atSeconds, last)
    const width = event.what.length * CHARACTER + GAP
    const isLeft = left + width > WIDTH
    const end = isLeft ? left : left + width
    const line = Math.max(0, taken.findLastIndex((begins) => begins < end) + 1)
    taken[line] = isLeft ? left - width : left
    return { ...event, line, isLeft }
  })
}
