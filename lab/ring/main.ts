/** `npm run lab -- ring`: how four keys spread over a ring, as tables and pictures; with `--check`, are they committed? */
import { join } from 'node:path'
import { fail } from '../../bin/fail.ts'
import { differing, isCheckAsked, writeFiles } from '../kit/made-files.ts'
import { measure } from './measure.ts'
import { pictures } from './pictures.ts'
import { steadies } from './steady.ts'
import { steadyTable, tables } from './table.ts'

const DIRECTORY = join(import.meta.dirname, '../results/ring')
const SEED = 1n
const HEAD = `# Figures of the ring simulation

Written by \`npm run lab -- ring\`; [its README](../../ring/README.md) says what they mean.

`

const isCheck = isCheckAsked('ring')
const figures = measure(SEED, (line) => console.error(line))
const printed = `${steadyTable(steadies(SEED))}\n${tables(figures)}`
const files = { 'figures.md': HEAD + printed, ...pictures(figures, SEED) }

if (isCheck) {
  const changed = differing(DIRECTORY, files)
  if (changed.length > 0)
    fail(new Error(`not what the simulation says: ${changed.join(', ')}: npm run lab -- ring`))
  console.log(`${Object.keys(files).length} files in lab/results/ring are what the simulation says`)
} else {
  writeFiles(DIRECTORY, files)
  console.log(printed)
  console.log(`written to lab/results/ring: ${Object.keys(files).join(', ')}`)
}
