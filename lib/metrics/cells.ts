/** Counts of this process: a cell for each tuple of label values, found without joining or hashing them. */
import { CATALOGUE, type Metric, type MetricName } from './catalogue.ts'
import type { Metrics } from './metrics.ts'

/** `counts`: of observations up to each bound and above the one before, the last above all. */
export type Spread = { counts: number[]; sum: number }
type Single = { value: number }

/** One metric. No metric of the catalogue has more than two labels. */
class Cells<Cell> {
  private readonly rows = new Map<string, Map<string, Cell>>()
  private readonly make: () => Cell

  constructor(make: () => Cell) {
    this.make = make
  }

  at(first = '', second = ''): Cell {
    const row = this.rows.get(first)
    return row?.get(second) ?? this.add(first, second)
  }

  private add(first: string, second: string): Cell {
    const row = this.rows.get(first) ?? new Map<string, Cell>()
    const cell = this.make()
    this.rows.set(first, row.set(second, cell))
    return cell
  }

  *entries(): Generator<[values: [string, string], cell: Cell]> {
    for (const [first, row] of this.rows) for (const [second, cell] of row) yield [[first, second], cell]
  }
}

type Counted = Record<string, Cells<Single>>
type Observed = Record<string, Cells<Spread> & { bounds: readonly number[] }>
export type AllCells = { singles: Counted; spreads: Observed; metrics: Metrics }

/** Whatever can be known to have been counted nought times is there from the start: a rate needs a first value. */
export const openCells = (): AllCells => {
  const singles: Counted = {}
  const spreads: Observed = {}
  for (const [name, metric] of Object.entries<Metric>(CATALOGUE)) {
    if (metric.kind === 'histogram') {
      const { bounds } = metric
      const make = (): Spread => ({ counts: new Array(bounds.length + 1).fill(0), sum: 0 })
      spreads[name] = Object.assign(new Cells(make), { bounds })
    } else singles[name] = new Cells(() => ({ value: 0 }))
    if (metric.kind !== 'gauge') begin(spreads[name] ?? (singles[name] as Cells<Single>), metric)
  }
  const count = (name: MetricName, first?: string, second?: string) => {
    ;(singles[name] as Cells<Single>).at(first, second).value += 1
  }
  const observe = (name: MetricName, value: number, first?: string, second?: string) => {
    const cells = spreads[name] as Observed[string]
    const cell = cells.at(first, second)
    const { bounds } = cells
    let at = 0
    while (at < bounds.length && value > (bounds[at] as number)) at += 1
    cell.counts[at] = (cell.counts[at] as number) + 1
    cell.sum += value
  }
  return {
    singles,
    spreads,
    metrics: {
      count,
      observe,
      set: (name, value, first) => {
        ;(singles[name] as Cells<Single>).at(first).value = value
      },
      reply: (operation, code, durationMs) => {
        count('dialogs_requests_total', operation, code)
        observe('dialogs_request_duration_seconds', durationMs / 1000, operation)
        return undefined
      },
    },
  }
}

const begin = (cells: Cells<unknown>, { labels, values = [] }: Metric) => {
  if (labels.length === 0) cells.at()
  for (const value of values) cells.at(value)
}
