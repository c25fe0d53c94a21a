/** The picture of a timeline: time buckets, their lanes, and how the stamps that they can hold overlap. */
import { gridX, type PlotOptions, rect, ruleX, text } from '@observablehq/plot'
import { type Bucket, GENESIS } from '../../lib/timeline/bucket.ts'
import { nextBucket } from '../../lib/timeline/opening.ts'
import { DEFAULT_RULES, GRACE_MS } from '../../lib/timeline/rules.ts'
import { GENESIS_ROW, type IndexRow, type TimeBucket, timelineOf } from '../../lib/timeline/timeline.ts'
import { WIDTH } from '../kit/picture.ts'

const BEGIN_MS = 1_800_000_000_000
const END_SECONDS = 19
/** When a coin was heads, and from when on every reader sees the row: one was lost half-way, and found later. */
const OPENINGS = [
  { headsMs: 3_400, visibleMs: 3_430 },
  { headsMs: 4_900, visibleMs: 4_930 },
  {
    headsMs: 7_600,
    visibleMs: 10_900,
    words: 'opened at 7.6 s, its row in doubt; made visible by another sender',
  },
  { headsMs: 14_200, visibleMs: 14_230 },
]
const COLOR = '#14a085'
/** Pixels of height. */
const LANE = 4
const GAP = 22

type Bar = {
  name: string
  words?: string
  lanes: number
  top: number
  opens: number
  visible: number
  followed: number
  ends: number
}

/** The moments are made up; lanes and ends are what the service makes of them. */
export const coverage = (): PlotOptions => {
  const bars = barsOf(timeline())
  const height = (bars.at(-1)?.top ?? 0) + (bars.at(-1)?.lanes ?? 0) * LANE
  const strips = bars.flatMap((bar) =>
    Array.from({ length: bar.lanes }, (_, lane) => ({ ...bar, y: bar.top + lane * LANE })),
  )
  const strip = {
    y1: 'y',
    y2: ({ y }: { y: number }) => y + LANE,
    fill: COLOR,
    insetTop: 0.5,
    insetBottom: 0.5,
  }
  return {
    width: WIDTH,
    height: height + 80,
    marginTop: 40,
    marginBottom: 40,
    marginLeft: 75,
    x: { label: 'stamp of a message, seconds', domain: [0, END_SECONDS], ticks: END_SECONDS },
    y: { axis: null, domain: [0, height], reverse: true },
    marks: [
      gridX({ strokeOpacity: 0.15, ticks: END_SECONDS }),
      rect(strips, { ...strip, x1: 'opens', x2: 'ends', fillOpacity: 0.35 }),
      rect(strips, { ...strip, x1: 'visible', x2: 'followed' }),
      ruleX(bars.slice(1), {
        x: 'visible',
        y1: 'top',
        y2: ({ top, lanes }: Bar) => top + lanes * LANE,
        strokeWidth: 2,
      }),
      text(bars, { x: 0, y: middle, text: 'name', textAnchor: 'end', dx: -8 }),
      text(bars, { x: 'opens', y: 'top', text: 'words', textAnchor: 'start', dy: -8 }),
      text(LEGEND, {
        x: ({ at }: { at: number }) => at,
        text: 'words',
        frameAnchor: 'top',
        textAnchor: 'start',
        dy: -28,
        fill: COLOR,
        fontWeight: 600,
        fillOpacity: 'opacity',
      }),
    ],
  }
}

const LEGEND = [
  { at: 0, words: 'full: the newest that everybody sees', opacity: 1 },
  { at: 5.8, words: `pale: the rest of its coverage, ${GRACE_MS} ms longer`, opacity: 0.7 },
  { at: 13.2, words: 'upright line: visible_from', opacity: 1 },
]

const timeline = () => {
  const rows: IndexRow[] = [GENESIS_ROW]
  for (const { headsMs, visibleMs } of OPENINGS) {
    const newest = rows[0]?.bucket ?? GENESIS
    const bucket = nextBucket(newest, BEGIN_MS + headsMs, DEFAULT_RULES) as Bucket
    rows.unshift({ bucket, visibleFromMs: BEGIN_MS + visibleMs })
  }
  return timelineOf(rows).reverse()
}

const barsOf = (buckets: TimeBucket[]): Bar[] => {
  let top = GAP
  return buckets.map(({ lanes, opensMs, endsMs }, i) => {
    const bar = {
      name: i === 0 ? 'genesis' : lanes === 1 ? '1 lane' : `${lanes} lanes`,
      words: OPENINGS[i - 1]?.words ?? '',
      lanes,
      top,
      opens: secondOf(opensMs),
      visible: secondOf(BEGIN_MS + (OPENINGS[i - 1]?.visibleMs ?? 0)),
      followed: secondOf(endsMs - GRACE_MS),
      ends: secondOf(endsMs),
    }
    top += lanes * LANE + GAP
    return bar
  })
}

const middle = ({ top, lanes }: Bar) => top + (lanes * LANE) / 2

/** Cut to the picture. */
const secondOf = (unixMs: number) => Math.min(END_SECONDS, Math.max(0, (unixMs - BEGIN_MS) / 1000))
