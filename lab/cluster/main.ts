/** `npm run lab -- cluster up 3 | add | kill 2 | ...`: a cluster of Cassandra nodes in the background of this machine. */
import { join, resolve } from 'node:path'
import { localDirectory } from '../../dev/cache.ts'
import type { Owned } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import { add, remove, start, up } from './change.ts'
import { down, kill, pause, resume } from './fault.ts'
import { type Place, readMembers, variablesOf } from './place.ts'
import { type Request, readRequest } from './rules.ts'
import { status, textOf } from './status.ts'

const PLACE = { directory: resolve(join(localDirectory(process.env), 'cluster')), block: '127.0.0' }

export const cluster = (args: string[], say: Say): Promise<void> =>
  carryOut(readRequest(args), PLACE, process.env, say)

/** @throws Error in one line when the cluster is in no state for the request, or when it fails */
export const carryOut = async (
  request: Request,
  place: Place,
  env: NodeJS.ProcessEnv,
  say: Say,
): Promise<void> => {
  if (request.action === 'status') return say(textOf(await status(place)))
  if (request.action === 'down') return say(ended(await down(place)))
  if (request.action === 'up') return leave(await up(place, request.nodes, env, say), place, say)
  if (request.action === 'add') return leave([await add(place, env, say)], place, say)
  if (request.action === 'start') (await start(place, request.node, env, say)).letGo()
  else await { kill, pause, resume, remove }[request.action](place, request.node, env, say)
  say(DONE[request.action].replaceAll('#', String(request.node)))
}

const DONE = {
  start: 'node # is up again',
  kill: 'node # is killed; its data stays: start #',
  pause: 'node # is paused: resume #',
  resume: 'node # goes on',
  remove: 'node # has left, and is deleted',
}

const ended = (nodes: number) =>
  nodes === 0 ? 'there was no cluster' : `${nodes} nodes are stopped, and their data is deleted`

const leave = async (started: Owned[], place: Place, say: Say) => {
  const members = (await readMembers(place)).map(({ node }) => node)
  for (const node of started) node.letGo()
  const variables = Object.entries(variablesOf(place, members)).map(([name, value]) => `${name}=${value}`)
  say(`
${members.length} nodes are up, and keep running in the background until \`npm run lab -- cluster down\`. To use them, from here:

export ${variables.join(' ')}
npm start -- serve     # or npm run migrate, and npm run serve with AUTH_* set`)
}
