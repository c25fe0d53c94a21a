/** `npm run report`: docs/resharding.md from recorded experiments, with pictures; with `--check`, is it committed so? */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { localDirectory } from './cache.ts'
import { fail } from './fail.ts'
import { differing, isCheckAsked, writeFiles } from './made-files.ts'
import { DOCUMENT, experimentsOf, made, strays } from './report/made.ts'
import { textOf } from './report/recorded-text.ts'
import { newestOf, passedReports, type Recordings, storedReports } from './report/taken.ts'

const DIRECTORY = join(import.meta.dirname, '../docs')
const STORED = join(DIRECTORY, 'resharding')
const say = (line: string) => console.log(line)

const check = async (document: string) => {
  const files = made(document, await storedReports(STORED))
  const wrong = [...differing(DIRECTORY, files), ...strays(STORED, files)]
  if (wrong.length > 0)
    throw new Error(`not what docs/resharding/*.json say: ${wrong.join(', ')}: npm run report`)
  say(`${Object.keys(files).length} files in docs are what docs/resharding/*.json say`)
}

const write = async (document: string) => {
  const experiments = experimentsOf(document)
  const stored = await storedReports(STORED)
  const passed = await passedReports(join(localDirectory(process.env), 'prove'), say)
  const taken = [...passed.values()].filter(({ experiment }) => experiments.includes(experiment))
  const recordings = newestOf([...stored.values(), ...taken])
  for (const experiment of experiments) say(`${experiment}: ${originOf(experiment, recordings, passed)}`)
  const files = {
    ...Object.fromEntries([...recordings].map(([name, found]) => [`resharding/${name}.json`, textOf(found)])),
    ...made(document, recordings),
  }
  for (const name of strays(STORED, files)) rmSync(join(DIRECTORY, name))
  writeFiles(DIRECTORY, files)
  say(`written to docs: ${Object.keys(files).join(', ')}`)
}

const originOf = (experiment: string, recordings: Recordings, passed: Recordings): string => {
  const recorded = recordings.get(experiment)
  if (!recorded) return `missing: npm run prove -- ${experiment}`
  const isTaken = recorded === passed.get(experiment)
  return `${isTaken ? 'taken, ' : 'as it was, '}recorded at ${recorded.recordedAt}`
}

const document = readFileSync(join(DIRECTORY, DOCUMENT), 'utf8')
await (isCheckAsked('report') ? check(document) : write(document)).catch(fail)
