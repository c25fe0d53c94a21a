/** Where people are connected, read once for what is stored at about the same time. */
import type { Device } from '../model/connection.ts'
import type { UserId } from '../model/ids.ts'
import type { Store } from '../store/store.ts'

type Reads = Pick<Store, 'readConnections'>
/** To be called once what they are to be told is stored; never cached. @throws Fault `database_unavailable` */
export type DevicesOf = (people: UserId[], store: Reads) => Promise<Device[]>

export const devicesOf: DevicesOf = (people, store) => store.readConnections([...new Set(people)])

/** A read that has not begun yet, so that whatever it is for was stored before it. */
type Gathering = { people: Set<UserId>; store: Reads; found: PromiseWithResolvers<Map<UserId, Device[]>> }

/** Reads begin at least this far apart, unless one is full: a push waits only if another one was made just before. */
const PAUSE_MS = 25
/** Well below the 100 partitions that ScyllaDB reads for one statement. */
const MOST_PEOPLE = 64

/** @param sleep resolves after so many milliseconds */
export const sharedReads = (sleep: (ms: number) => Promise<unknown>, pauseMs = PAUSE_MS): DevicesOf => {
  let next: Gathering | undefined
  let isPausing = false
  const begin = ({ people, store, found }: Gathering) => {
    next = undefined
    store.readConnections([...people]).then((all) => found.resolve(byPerson(all)), found.reject)
    if (!isPausing) void pause()
  }
  const pause = async () => {
    isPausing = true
    await sleep(pauseMs)
    isPausing = false
    if (next) begin(next)
  }
  return async (people, store) => {
    next ??= { people: new Set(), store, found: Promise.withResolvers() }
    const joined = next
    for (const person of people) joined.people.add(person)
    // The store of the request that came last, which has the most time left.
    joined.store = store
    if (!isPausing || joined.people.size >= MOST_PEOPLE) begin(joined)
    const found = await joined.found.promise
    return [...new Set(people)].flatMap((person) => found.get(person) ?? [])
  }
}

const byPerson = (devices: Device[]) => {
  const found = new Map<UserId, Device[]>()
  for (const device of devices) {
    const others = found.get(device.user)
    if (others) others.push(device)
    else found.set(device.user, [device])
  }
  return found
}
