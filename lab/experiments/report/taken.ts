/** Which recording of an experiment the report is made from: the newest one that passed. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Say } from '../../../dev/progress.ts'
import type { Recorded } from '../recorded.ts'
import { recordedForm } from './recorded-form.ts'

/** By experiment. */
export type Recordings = Map<string, Recorded>

/** Of those that `npm run lab -- prove` has left, the newest of each experiment that passed. Others are named, with the reason. */
export const passedReports = async (directory: string, say: Say): Promise<Recordings> => {
  const folders = (await readdir(directory).catch(() => [])).sort()
  const reports = await Promise.all(folders.map((folder) => readReport(directory, folder, say)))
  return newestOf(reports.filter((report) => report !== undefined))
}

/** @throws Error when a stored file is not of the form, or is another experiment's than its name says */
export const storedReports = async (directory: string): Promise<Recordings> => {
  const names = (await readdir(directory).catch(() => [])).filter((name) => name.endsWith('.json'))
  const reports = await Promise.all(names.map((name) => readStored(directory, name)))
  return newestOf(reports)
}

export const newestOf = (reports: Recorded[]): Recordings =>
  new Map(
    reports
      .toSorted((one, other) => Date.parse(one.recordedAt) - Date.parse(other.recordedAt))
      .map((report) => [report.experiment, report]),
  )

/** Undefined when an experiment has left none: it was interrupted. */
const readReport = async (directory: string, folder: string, say: Say): Promise<Recorded | undefined> => {
  const text = await readFile(join(directory, folder, 'report.json'), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  try {
    const report = parsed(folder, text)
    if (report.passed) return report
    say(`left out, it did not pass: ${folder}`)
  } catch (error) {
    say(`left out: ${(error as Error).message}`)
  }
  return undefined
}

const readStored = async (directory: string, name: string): Promise<Recorded> => {
  const report = parsed(name, await readFile(join(directory, name), 'utf8'))
  if (`${report.experiment}.json` !== name) throw new Error(`${name} is a recording of ${report.experiment}`)
  return report
}

const parsed = (file: string, text: string): Recorded => {
  const { success, data, error } = recordedForm.safeParse(jsonOf(file, text))
  if (success) return data
  const [issue] = error.issues
  throw new Error(`${file}: ${issue?.path.join('.')}: ${issue?.message}`)
}

const jsonOf = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`${file} is not JSON`, { cause })
  }
}
