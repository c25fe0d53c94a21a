/** What each request to `npm run lab -- cluster` does and says. The nodes go on after the command. */
import type { Owned } from '../../dev/process.ts'
import type { Say } from '../../dev/progress.ts'
import { add } from './add.ts'
import { down } from './down.ts'
import { kill, pause, resume } from './fault.ts'
import { readMembers } from './members.ts'
import { type Place, variablesOf } from './place.ts'
import { remove } from './remove.ts'
import type { Request } from './request.ts'
import { start } from './start.ts'
import { status } from './status.ts'
import { textOf } from './text.ts'
import { up } from './up.ts'

/** @throws Error in one line when this is not the time for it, or when it fails */
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
  say(`
${members.length} nodes are up, and go on in the background until \`npm run lab -- cluster down\`. To use them, from here:

export ${Object.entries(variablesOf(place, members))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')}
npm start -- serve     # or npm run migrate, and npm run serve with AUTH_* set`)
}
