/** The picture of what each node of one ring writes. */
import { link, type PlotOptions, text } from '@observablehq/plot'
import { WIDTH } from '../kit/picture.ts'
import type { Spoke } from './measure.ts'
import { COLORS, NAMES } from './style.ts'

/** One spoke a node: as long as what it writes. */
export const spokes = (data: Spoke[]): PlotOptions => {
  const most = Math.max(...data.map(({ writes }) => writes))
  const nodes = Math.max(...data.map(({ node }) => node)) + 1
  const at = (node: number, radius: number) => {
    const angle = (node / nodes) * 2 * Math.PI
    return { x: radius * Math.sin(angle), y: radius * Math.cos(angle) }
  }
  const drawn = data.map(({ key, node, writes }) => {
    const [inner, outer] = [at(node, 0.35), at(node, 0.35 + (0.65 * writes) / most)]
    return { key, x1: inner.x, y1: inner.y, x2: outer.x, y2: outer.y }
  })
  const busiest = NAMES.map((key) => {
    const writes = Math.max(...data.filter((spoke) => spoke.key === key).map((spoke) => spoke.writes))
    return { key, words: `${Math.round(writes).toLocaleString('en-US')}/s` }
  })
  return {
    width: WIDTH,
    height: 270,
    margin: 10,
    marginTop: 35,
    color: COLORS,
    x: { axis: null, domain: [-1, 1] },
    y: { axis: null, domain: [-1, 1] },
    fx: { label: null, domain: NAMES, axis: 'top' },
    marks: [
      link(drawn, { fx: 'key', x1: 'x1', y1: 'y1', x2: 'x2', y2: 'y2', stroke: 'key', strokeWidth: 4 }),
      text(busiest, { fx: 'key', text: 'words', frameAnchor: 'middle', fontSize: 15, fontWeight: 600 }),
    ],
  }
}
