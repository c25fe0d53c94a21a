/** What happened, as words above a plot, each at its second and on a line of its own where they would overlap. */
import { type PlotOptions, ruleX, text } from '@observablehq/plot'
import { WIDTH } from '../../kit/picture.ts'
import type { Event } from '../recorded.ts'
import { leftOf, timed } from './style.ts'

/** `line` 0 is the lowest. */
export type Label = Event & { line: number; isLeft: boolean }

/** Pixels. Without a browser nothing measures text: this is what twelve pixels of a wide font take. */
const CHARACTER = 6.6
const GAP = 10
const LINE = 16

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
      text(
        labels.filter(({ isLeft }) => !isLeft),
        { ...words, textAnchor: 'start', dx: 3 },
      ),
      text(
        labels.filter(({ isLeft }) => isLeft),
        { ...words, textAnchor: 'end', dx: -3 },
      ),
    ],
  }
}

/** The same rules through the plots below. */
export const rulesOf = (events: Event[]) => ruleX(events, { x: 'atSeconds', strokeOpacity: 0.4 })

/** From the last to the first, each as low as it fits: so no rule goes through the words of another. */
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
