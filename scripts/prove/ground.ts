/** What an experiment runs on: a cluster of its own, and several instances of the service, as `npm run serve` is one. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { down } from '../cluster/down.ts'
import { freeBlock } from '../cluster/free-block.ts'
import { type Place, variablesOf } from '../cluster/place.ts'
import { up } from '../cluster/up.ts'
import { localAuthVariables, localToken } from '../keys.ts'
import { migrateTo } from '../migrate.ts'
import { atEnd } from '../process.ts'
import { progress, type Say } from '../progress.ts'
import { startServing } from '../serving.ts'
import { type Instances, openInstances, type Person } from './ask.ts'

export type Ground = {
  place: Place
  instances: Instances
  /** Rejects, in words for a person, when an instance has ended by itself. */
  broken: Promise<never>
}

const KEYSPACE = 'prove'
/** Few messages a partition, filled fast: dialogs open new ones, with several lanes, while nodes come and go. */
const RESTLESS = { BUCKET_ROWS: '20', FILL_SECONDS: '20' }

/**
 * @param keys the folder with the key pair whose tokens are accepted
 * @param directory for logs, which stay, and for the data of the nodes, which go at the end
 */
export const openGround = async (
  size: { nodes: number; instances: number },
  keys: string,
  directory: string,
  say: Say,
): Promise<Ground> => {
  const place = { directory: join(directory, 'cluster'), block: await freeBlock(size.nodes) }
  atEnd(() => rm(place.directory, { recursive: true, force: true }))
  atEnd(async () => void (await down(place)))
  await up(place, size.nodes, process.env, say)
  const nodes = Array.from({ length: size.nodes }, (_, index) => index + 1)
  const variables = {
    ...(await localAuthVariables(keys)),
    ...variablesOf(place, nodes),
    ...RESTLESS,
    CQL_KEYSPACE: KEYSPACE,
  }
  await migrateTo({ ...process.env, ...variables }, say)
  const logs = Array.from({ length: size.instances }, (_, index) => join(directory, `instance-${index}.log`))
  const starting = Promise.all(logs.map((log) => startServing(variables, 0, log)))
  const serving = await progress(say, `starting ${size.instances} instances`, starting)
  const instances = openInstances(serving.map(({ url }) => url))
  atEnd(() => instances.connections.destroy())
  const broken = Promise.race(serving.map(({ ended }) => ended)).then((how) => Promise.reject(new Error(how)))
  broken.catch(() => undefined)
  return { place, instances, broken }
}

/** New ones for every run, an even number of them. */
export const inventPeople = (count: number, keys: string): Promise<Person[]> => {
  const run = Date.now().toString(36)
  const ids = Array.from({ length: count }, (_, index) => `${run}-${index}` as Person['id'])
  return Promise.all(ids.map(async (id) => ({ id, token: await localToken(keys, id) })))
}
