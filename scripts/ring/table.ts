/** The figures as markdown whose columns also line up on a terminal. */
import { type Balance, type Figures, NODES, type Partitions } from './measure.ts'
import type { Steady } from './steady.ts'

const whole = (value: number) => Math.round(value).toLocaleString('en-US')
const times = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const percent = (value: number) => `${(value * 100).toFixed(1)} %`
const unique = (values: string[]) => [...new Set(values)]

export const tables = ({ partitions, balances }: Figures): string =>
  unique(balances.map(({ population }) => population))
    .map((population) => {
      const here = balances.filter((row) => row.population === population)
      const rings = unique(here.map(({ ring }) => ring)).map(
        (ring) => `${ring}:\n\n${ringTable(here.filter((row) => row.ring === ring))}`,
      )
      const footprint = partitions.filter((row) => row.population === population)
      return [`## ${population}\n`, ...partitionTable(footprint), ...rings].join('\n')
    })
    .join('\n')

const partitionTable = (partitions: Partitions[]): string[] => {
  const rows = partitions.map((row) => [
    row.key,
    whole(row.count),
    whole(row.largestRows),
    whole(row.hottestWrites),
    row.page.toFixed(2),
    whole(row.longestPage),
    whole(row.pageOfTheHottest),
  ])
  return rows.length === 0 ? [] : [markdown([PARTITION_HEAD, ...rows])]
}

const PARTITION_HEAD = [
  'key',
  'partitions',
  'largest, rows',
  'hottest, writes/s',
  'page, mean',
  'page, longest',
  'page of the hottest',
]

const ringTable = (balances: Balance[]): string => {
  const line = (key: string, figure: string, of: (row: Balance) => string) => [
    key,
    figure,
    ...balances.filter((row) => row.key === key).map(of),
  ]
  const rows = unique(balances.map(({ key }) => key)).flatMap((key) => [
    line(key, 'rows, max/mean', ({ rows }) => times(rows)),
    line(key, 'writes, max/mean', ({ writes }) => times(writes)),
    line(key, 'moves, median', ({ moved }) => percent(moved)),
    line(key, 'moves, most', ({ movedMost }) => percent(movedMost)),
  ])
  return markdown([['key', 'nodes', ...NODES.map(whole)], ...rows])
}

export const steadyTable = (all: Steady[]): string => {
  const rows = all.map(({ perSecond, lanes, rampSeconds, rows }) => [
    whole(perSecond),
    `${lanes.few}, ${lanes.usual}, ${lanes.many}`,
    `${whole(perSecond / lanes.many)} to ${whole(perSecond / lanes.few)}`,
    Number.isFinite(rampSeconds.long)
      ? `${rampSeconds.usual.toFixed(1)}, ${rampSeconds.long.toFixed(1)}`
      : 'never',
    whole(rows.mean),
    whole(rows.most99),
    whole(rows.largest),
    whole(rows.partitions),
  ])
  return `## one dialog, an hour at an even rate\n\n${markdown([STEADY_HEAD, ...rows])}`
}

const STEADY_HEAD = [
  'messages/s',
  'lanes: 5 %, 50 %, 95 % of the time',
  'writes/s of one partition',
  'at most 1,000/s of one after, s: 50 %, 95 % of lives',
  'rows, mean',
  'rows, 99 %',
  'rows, most',
  'partitions',
]

const markdown = (rows: string[][]): string => {
  const widths = (rows[0] as string[]).map((_, i) => Math.max(...rows.map((row) => (row[i] ?? '').length)))
  const line = (cells: string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |\n`
  const [head = [], ...body] = rows
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|\n`
  return line(head) + rule + body.map(line).join('')
}
