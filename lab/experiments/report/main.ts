/** `npm run lab -- report`: lab/results/experiments from recorded experiments, with pictures; with `--check`, is it committed so? */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../../../bin/fail.ts'
import { localDirectory } from '../../../dev/cache.ts'
import { differing, isCheckAsked, writeFiles } from '../../kit/made-files.ts'
import { DOCUMENT, experimentsOf, made, strays } from './made.ts'
import { textOf } from './recorded-text.ts'
import { newestOf, passedReports, type Recordings, storedReports } from './taken.ts'

const DIRECTORY = join(import.meta.dirname, '../../results/experiments')
const say = (line: string) => console.log(line)

const check = async (document: string) => {
  const files = made(document, await storedReports(DIRECTORY))
  const wrong = [...differing(DIRECTORY, files), ...strays(DIRECTORY, files)]
  if (wrong.length > 0) throw new Error(`not what its *.json say: ${wrong.join(', ')}: npm run lab -- report`)
  say(`${Object.keys(files).length} files in lab/results/experiments are what its *.json say`)
}

const write = async (document: string) => {
  const experiments = experimentsOf(document)
  const stored = await storedReports(DIRECTORY)
  const passed = await passedReports(join(localDirectory(process.env), 'prove'), say)
  const taken = [...passed.values()].filter(({ experiment }) => experiments.includes(experiment))
  const recordings = newestOf([...stored.values(), ...taken])
  for (const experiment of experiments) say(`${experiment}: ${originOf(experiment, recordings, passed)}`)
  const files = {
    ...Object.fromEntries([...recordings].map(([name, found]) => [`${name}.json`, textOf(found)])),
    ...made(document, recordings),
  }
  for (const name of strays(DIRECTORY, files)) rmSync(join(DIRECTORY, name))
  writeFiles(DIRECTORY, files)
  say(`written to lab/results/experiments: ${Object.keys(files).join(', ')}`)
}

const originOf = (experiment: string, recordings: Recordings, passed: Recordings): string => {
  const recorded = recordings.get(experiment)
  if (!recorded) return `missing: npm run lab -- prove ${experiment}`
  const isTaken = recorded === passed.get(experiment)
  return `${isTaken ? 'taken, ' : 'as it was, '}recorded at ${recorded.recordedAt}`
}

const document = readFileSync(join(DIRECTORY, DOCUMENT), 'utf8')
await (isCheckAsked('report') ? check(document) : write(document)).catch(fail)
