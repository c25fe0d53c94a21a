/** Faults of a node, and the end of all nodes. */

import { rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Running, runningOn } from '../../dev/database/cassandra/running.ts'
import { folderOf, foldersIn, type Place } from './place.ts'
import { refuse } from './rules.ts'
import { look, type Seen } from './status.ts'
import { inTurn } from './turn.ts'

const POLL_MS = 20

/** `kill -9`, without a goodbye. Resolves when the process is gone; its data stays. */
export const kill = (place: Place, node: number) => send(place, 'kill', node)

/** SIGSTOP: connections to the node stay open, and get no answers. */
export const pause = (place: Place, node: number) => send(place, 'pause', node)

export const resume = (place: Place, node: number) => send(place, 'resume', node)

const SIGNALS = { kill: 'SIGKILL', pause: 'SIGSTOP', resume: 'SIGCONT' } as const
const HAS_COME: Record<keyof typeof SIGNALS, (process: Running | undefined) => boolean> = {
  kill: (process) => process === undefined,
  pause: (process) => process?.paused !== false,
  resume: (process) => process?.paused !== true,
}

/** @throws Error when the node is not in a state for it */
const send = async (place: Place, action: keyof typeof SIGNALS, node: number): Promise<void> => {
  const nodes = await look(place)
  refuse({ action, node }, nodes)
  const { pid, folder } = nodes.find((one) => one.node === node) as Seen
  await signal(pid as number, SIGNALS[action], folder, HAS_COME[action])
}

/** Ends the process that runs on a folder, if there is one, and waits until it is gone. */
export const endOn = async (folder: string): Promise<void> => {
  const running = await runningOn(folder)
  if (running) await signal(running.pid, 'SIGKILL', folder, HAS_COME.kill)
}

const signal = async (
  pid: number,
  name: NodeJS.Signals,
  folder: string,
  hasCome: (process: Running | undefined) => boolean,
) => {
  process.kill(pid, name)
  while (!hasCome(await runningOn(folder))) await sleep(POLL_MS)
}

/** Deletes all processes and all data, in whatever state they are. Resolves to the number of nodes; it can be repeated. */
export const down = (place: Place): Promise<number> => inTurn(place, 'down', () => clearAway(place))

/** Like `down`, but without waiting for its turn: for the end of a process that works on the cluster itself. */
export const clearAway = async (place: Place): Promise<number> => {
  const nodes = await foldersIn(place)
  await Promise.all(nodes.map((node) => endOn(folderOf(place, node))))
  await rm(place.directory, { recursive: true, force: true })
  return nodes.length
}
