/** All that is made of the stored recordings: the pictures, and the document with its figures filled in. */
import { existsSync, readdirSync } from 'node:fs'
import type { PlotOptions } from '@observablehq/plot'
import type { MadeFiles } from '../../kit/made-files.ts'
import { picture } from '../../kit/picture.ts'
import type { Recorded } from '../recorded.ts'
import { figuresOf } from './figures.ts'
import { filled, placesOf } from './marked.ts'
import { OVERVIEW, overviewOf } from './overview.ts'
import { lanes } from './picture-lanes.ts'
import { nodes } from './picture-nodes.ts'
import { requests } from './picture-requests.ts'
import { service } from './picture-service.ts'
import type { Recordings } from './taken.ts'

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

/** Pictures in the folder of the recordings that nothing makes any more. */
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
