/** What state each node is in, as a look at its process and its port tells. */
import { answers } from '../../dev/database/cassandra/ports.ts'
import { type Running, runningOn } from '../../dev/database/cassandra/running.ts'
import { type Member, readMembers } from './members.ts'
import { addressOf, folderOf, NATIVE_PORT, type Place } from './place.ts'

/** `unfinished`: it ended before it had joined. */
export type State = 'up' | 'starting' | 'joining' | 'leaving' | 'paused' | 'down' | 'unfinished'
export type Seen = Member & { address: string; folder: string; state: State; pid: number | undefined }

export const look = async (place: Place): Promise<Seen[]> =>
  Promise.all((await readMembers(place)).map((member) => lookAt(place, member)))

const lookAt = async (place: Place, member: Member): Promise<Seen> => {
  const address = addressOf(place, member.node)
  const folder = folderOf(place, member.node)
  const [running, answering] = await Promise.all([runningOn(folder), answers(address, NATIVE_PORT)])
  return {
    ...member,
    address,
    folder,
    pid: running?.pid,
    state: stateOf(member.standing, running, answering),
  }
}

/** Who answers at the port is the node, if it runs at all: two cannot listen there. */
export const stateOf = (
  standing: Member['standing'],
  running: Running | undefined,
  answering: boolean,
): State => {
  if (!running) return standing === 'joining' ? 'unfinished' : 'down'
  if (running.paused) return 'paused'
  if (standing !== 'member') return standing
  return answering ? 'up' : 'starting'
}
