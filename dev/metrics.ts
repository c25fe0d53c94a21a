/** `npm run metrics`: writes the table of docs/metrics.md from the catalogue; with `--check`, fails when they differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../bin/fail.ts'
import { CATALOGUE, type Metric } from '../lib/metrics/catalogue.ts'
import { embeddedMetrics } from '../lib/metrics/embedded.ts'

const FILE = join(import.meta.dirname, '../docs/metrics.md')
/** The rest of the document is written by hand. */
const [BEGIN, END] = ['<!-- npm run metrics -->\n', '<!-- /npm run metrics -->\n']

const inFunctions = Object.keys(embeddedMetrics(Date.now).reply('', '', 0) ?? {})

const labelsOf = ({ labels, values }: Metric) =>
  labels.length === 0
    ? ''
    : values
      ? `\`${labels[0]}\`: ${values.join(', ')}`
      : labels.map((label) => `\`${label}\``).join(', ')

const rows = Object.entries<Metric>(CATALOGUE).map(([name, metric]) => {
  const help =
    metric.kind === 'histogram' ? `${metric.help} Bounds: ${metric.bounds.join(', ')}` : metric.help
  return `| \`${name}\` | ${metric.kind} | ${labelsOf(metric)} | ${help} | ${inFunctions.includes(name) ? 'yes' : ''} |\n`
})
const table = `| metric | kind | labels | what it tells | in functions |\n|---|---|---|---|---|\n${rows.join('')}`

const document = readFileSync(FILE, 'utf8')
const [before = '', rest = ''] = document.split(BEGIN)
const [, after = ''] = rest.split(END)
const written = `${before}${BEGIN}${table}${END}${after}`
if (!process.argv.includes('--check')) writeFileSync(FILE, written)
else if (document !== written) fail(new Error('docs/metrics.md differs from the catalogue: npm run metrics'))
