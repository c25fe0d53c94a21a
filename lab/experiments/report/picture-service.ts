/** The picture of the service itself: its sockets to the database, and the processor that it takes. */
import { gridY, line, type PlotOptions } from '@observablehq/plot'
import { TONES } from '../../kit/picture.ts'
import type { Event, Recorded, ServiceFigures } from '../recorded.ts'
import { headOf, rulesOf } from './picture-events.ts'
import { besides, SECONDS, timed } from './style.ts'

export const service = ({ events, service: found = [] }: Recorded): PlotOptions[] => {
  const last = Math.max(1, ...found.map((at) => at.atSeconds), ...events.map((at) => at.atSeconds))
  return [
    headOf(events, last),
    panel(found, 'sockets', 'sockets', TONES.blue, events, last),
    {
      ...panel(found, 'processor', '% of a core', TONES.orange, events, last),
      marginBottom: SECONDS.marginBottom,
      x: { domain: [0, last], label: SECONDS.label, ticks: SECONDS.ticks },
    },
  ]
}

const panel = (
  found: ServiceFigures[],
  y: 'sockets' | 'processor',
  words: string,
  color: string,
  events: Event[],
  last: number,
): PlotOptions => ({
  ...timed(last, 150),
  y: { label: null, ticks: 4, zero: true },
  marks: [
    gridY({ ticks: 4, strokeOpacity: 0.15 }),
    rulesOf(events),
    line(found, { x: 'atSeconds', y, stroke: color, strokeWidth: 2, curve: 'step-before' }),
    ...besides([{ words, color }]),
  ],
})
