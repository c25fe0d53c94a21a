/** `npm run lab -- report`: tables and pictures of recorded experiments; `--check` compares with the committed ones. */
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { localDirectory } from '../../../dev/cache.ts'
import type { Say } from '../../../dev/progress.ts'
import { differing, isCheckAsked, writeFiles } from '../../kit/made-files.ts'
import { type Recordings, textOf } from '../recorded.ts'
import { DOCUMENT, experimentsOf, made, newestOf, passedReports, storedReports, strays } from './made.ts'

const DIRECTORY = join(import.meta.dirname, '../../results/experiments')

export const report = async (args: string[], say: Say): Promise<void> => {
  const isCheck = isCheckAsked(args, 'report')
  const document = readFileSync(join(DIRECTORY, DOCUMENT), 'utf8')
  await (isCheck ? check(document, say) : write(document, say))
}

const check = async (document: string, say: Say) => {
  const files = made(document, await storedReports(DIRECTORY))
  const wrong = [...differing(DIRECTORY, files), ...strays(DIRECTORY, files)]
  if (wrong.length > 0) throw new Error(`not what its *.json say: ${wrong.join(', ')}: npm run lab -- report`)
  say(`${Object.keys(files).length} files in lab/results/experiments are what its *.json say`)
}

const write = async (document: string, say: Say) => {
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
