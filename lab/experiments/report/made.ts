/** Everything that is made of the stored recordings: the pictures, and the document with its figures filled in. */
import { existsSync, readdirSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PlotOptions } from '@observablehq/plot'
import type { Say } from '../../../dev/progress.ts'
import type { MadeFiles } from '../../kit/made-files.ts'
import { picture } from '../../kit/picture.ts'
import { type Recorded, type Recordings, recordedForm } from '../recorded.ts'
import { lanes, nodes, service } from './picture-nodes.ts'
import { requests } from './picture-requests.ts'
import { figuresOf, OVERVIEW, overviewOf } from './tables.ts'

export const DOCUMENT = 'README.md'

/** The experiments that the document has a place for, in its order. */
export const experimentsOf = (text: string): string[] => placesOf(text).filter((place) => place !== OVERVIEW)

/**
 * By name in the folder of the recordings.
 * @throws Error when the document has no place for a recording
 */
export const made = (text: string, recordings: Recordings): MadeFiles => {
  const experiments = experimentsOf(text)
  for (const experiment of recordings.keys())
    if (!experiments.includes(experiment)) throw new Error(`${DOCUMENT} has no place for ${experiment}`)
  const pictures = Object.fromEntries([...recordings.values()].flatMap(picturesOf))
  const names = Object.keys(pictures)
  const figures = (place: string) =>
    place === OVERVIEW ? overviewOf(recordings, experiments) : figuresOf(recordings.get(place), names)
  return { ...pictures, [DOCUMENT]: filled(text, figures) }
}

/** Pictures in the folder of the recordings that nothing generates any more. */
export const strays = (directory: string, files: MadeFiles): string[] =>
  (existsSync(directory) ? readdirSync(directory) : [])
    .filter((name) => name.endsWith('.svg'))
    .filter((name) => files[name] === undefined)

const picturesOf = (recorded: Recorded): [string, string][] => {
  const { experiment, seconds, nodes: looks } = recorded
  const drawn = (what: string, panels: PlotOptions[]): [string, string] => [
    `${experiment}-${what}.svg`,
    picture(`${experiment}: ${what}`, ...panels),
  ]
  return [
    ...(seconds.length > 0 ? [drawn('requests', requests(recorded))] : []),
    ...(recorded.service ? [drawn('service', service(recorded))] : []),
    ...(recorded.lanes ? [drawn('lanes', lanes(recorded))] : []),
    ...(looks.length > 0 ? [drawn('nodes', nodes(recorded))] : []),
  ]
}

const MARK = /^<!-- (?:figures: ([a-z-]+)|end) -->$/gm
const PLACE = /^(<!-- figures: ([a-z-]+) -->)$[\s\S]*?^(<!-- end -->)$/gm

/** In the order of the document. @throws Error when a place does not end, begins inside another, or comes twice */
export const placesOf = (text: string): string[] => {
  const marks = [...text.matchAll(MARK)].map(([, name = 'end']) => name)
  const places = marks.filter((_, index) => index % 2 === 0)
  const astray = marks.findIndex((name, index) => (name === 'end') !== (index % 2 === 1))
  if (astray >= 0) throw new Error(`figures: not expected here: ${marks.slice(0, astray + 1).join(', ')}`)
  if (marks.length % 2 === 1) throw new Error(`figures: ${places.at(-1)} has no end`)
  const again = places.find((name, index) => places.indexOf(name) < index)
  if (again) throw new Error(`figures: ${again} comes twice`)
  return places
}

/** Fills the places between `<!-- figures: name -->` and `<!-- end -->`; prose stays as it is. @param figures by place */
export const filled = (text: string, figures: (place: string) => string): string => {
  placesOf(text)
  return text.replace(PLACE, (_, begin, place, end) => `${begin}\n\n${figures(place)}\n\n${end}`)
}

/** The newest passed report of each experiment that `npm run lab -- prove` has left; the others are named, with the reason. */
export const passedReports = async (directory: string, say: Say): Promise<Recordings> => {
  const folders = (await readdir(directory).catch(() => [])).sort()
  const reports = await Promise.all(folders.map((folder) => readReport(directory, folder, say)))
  return newestOf(reports.filter((report) => report !== undefined))
}

/** @throws Error when a stored file has another form, or belongs to another experiment than its name says */
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

/** Undefined when the experiment was interrupted and has left no report. */
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
