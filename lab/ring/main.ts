/** `npm run lab -- ring`: how four keys spread over a ring, in tables and pictures; `--check` compares with the committed. */
import { join } from 'node:path'
import type { Say } from '../../dev/progress.ts'
import { differing, isCheckAsked, writeFiles } from '../kit/made-files.ts'
import { table, whole } from '../kit/tables.ts'
import { type Balance, type Figures, measure, NODES, type Partitions } from './measure.ts'
import { pictures } from './pictures.ts'
import { type Steady, steadies } from './steady.ts'

const DIRECTORY = join(import.meta.dirname, '../results/ring')
const SEED = 1
const HEAD = `# Figures of the ring simulation

Written by \`npm run lab -- ring\`; [its README](../../ring/README.md) says what they mean.

`

export const ring = async (args: string[], say: Say): Promise<void> => {
  const isCheck = isCheckAsked(args, 'ring')
  const figures = measure(SEED, (line) => console.error(line))
  const printed = `${steadyTable(steadies(SEED))}\n${tables(figures)}`
  const files = { 'figures.md': HEAD + printed, ...pictures(figures, SEED) }
  const names = Object.keys(files)
  if (isCheck) {
    const changed = differing(DIRECTORY, files)
    if (changed.length > 0)
      throw new Error(`not what the simulation says: ${changed.join(', ')}: npm run lab -- ring`)
    return say(`${names.length} files in lab/results/ring are what the simulation says`)
  }
  writeFiles(DIRECTORY, files)
  say(`${printed}\nwritten to lab/results/ring: ${names.join(', ')}`)
}

const times = (value: number) => value.toFixed(value < 10 ? 2 : 1)
const percent = (value: number) => `${(value * 100).toFixed(1)} %`
const unique = (values: string[]) => [...new Set(values)]

const tables = ({ partitions, balances }: Figures): string =>
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
  return rows.length === 0 ? [] : [`${table(PARTITION_HEAD, rows)}\n`]
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
  return `${table(['key', 'nodes', ...NODES.map(whole)], rows)}\n`
}

const steadyTable = (all: Steady[]): string => {
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
  return `## one dialog, an hour at an even rate\n\n${table(STEADY_HEAD, rows)}\n`
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
