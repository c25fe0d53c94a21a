/** The experiments by their names, in the order in which all are made. */
import type { Say } from '../../dev/progress.ts'
import type { Conclusion } from './conclude.ts'
import { addNode } from './each/add-node.ts'
import { brownOut } from './each/brown-out.ts'
import { celebrity } from './each/celebrity.ts'
import { killNode } from './each/kill-node.ts'
import { pauseNode } from './each/pause-node.ts'
import { removeNode } from './each/remove-node.ts'
import { rollingRestart } from './each/rolling-restart.ts'
import { short } from './each/short.ts'
import { spread } from './each/spread.ts'
import { torrent } from './each/torrent.ts'
import { carryOut, type Experiment } from './experiment.ts'
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
