/** The experiments by their names, in the order in which all are made. */
import type { Say } from '../progress.ts'
import type { Conclusion } from './conclude.ts'
import { carryOut, type Experiment } from './experiment.ts'
import { addNode } from './experiments/add-node.ts'
import { brownOut } from './experiments/brown-out.ts'
import { celebrity } from './experiments/celebrity.ts'
import { killNode } from './experiments/kill-node.ts'
import { pauseNode } from './experiments/pause-node.ts'
import { removeNode } from './experiments/remove-node.ts'
import { rollingRestart } from './experiments/rolling-restart.ts'
import { short } from './experiments/short.ts'
import { spread } from './experiments/spread.ts'
import { torrent } from './experiments/torrent.ts'
import { retries } from './retries.ts'

export type Conducted = (keys: string, directory: string, say: Say) => Promise<Conclusion>

const UNDER_LOAD: Record<string, Experiment> = {
  short,
  'add-node': addNode,
  'remove-node': removeNode,
  'kill-node': killNode,
  'pause-node': pauseNode,
  'brown-out': brownOut,
  'rolling-restart': rollingRestart,
  celebrity,
  torrent,
  spread,
}

export const EXPERIMENTS = new Map<string, Conducted>([
  ...Object.entries(UNDER_LOAD).map(([name, experiment]): [string, Conducted] => [
    name,
    (...where) => carryOut(name, experiment, ...where),
  ]),
  ['retries', retries],
])
