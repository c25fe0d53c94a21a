/** Tables of figures, as Markdown whose columns also line up on a terminal. */
import { markdownTable } from 'markdown-table'

type Cell = string | number

/** The first column holds words, the others hold numbers. */
export const table = (head: string[], rows: Cell[][]): string =>
  markdownTable([head, ...rows.map((row) => row.map(String))], {
    align: head.map((_, column) => (column === 0 ? '' : 'r')),
  })

/** For a table that people read: empty when there is no number; never -0. */
export const whole = (value: number): string =>
  Number.isFinite(value) ? (Math.round(value) + 0).toLocaleString('en-US') : ''
