/** `npm run simulate:ring`: how four keys spread over a ring, as tables and pictures; with `--check`, are they committed? */
import { join } from 'node:path'
import { fail } from './fail.ts'
import { differing, isCheckAsked, writeFiles } from './made-files.ts'
import { measure } from './ring/measure.ts'
import { pictures } from './ring/pictures.ts'
import { steadies } from './ring/steady.ts'
import { steadyTable, tables } from './ring/table.ts'

const DIRECTORY = join(import.meta.dirname, '../docs')
const SEED = 1n
const HEAD = `# Figures of the ring simulation

Written by \`npm run simulate:ring\`; [README.md](README.md) says what they mean.

`

const isCheck = isCheckAsked('simulate:ring')
const figures = measure(SEED, (line) => console.error(line))
const printed = `${steadyTable(steadies(SEED))}\n${tables(figures)}`
const files = { 'ring/figures.md': HEAD + printed, ...pictures(figures, SEED) }

if (isCheck) {
  const changed = differing(DIRECTORY, files)
  if (changed.length > 0)
    fail(new Error(`not what the simulation says: ${changed.join(', ')}: npm run simulate:ring`))
  console.log(`${Object.keys(files).length} files in docs are what the simulation says`)
} else {
  writeFiles(DIRECTORY, files)
  console.log(printed)
  console.log(`written to docs: ${Object.keys(files).join(', ')}`)
}
