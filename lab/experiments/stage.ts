/** Where an experiment takes place: what can be done there, and a record of all that is done. */
import { join } from 'node:path'
import { mean } from 'd3-array'
import { progress, type Say } from '../../dev/progress.ts'
import { dialogIdOf } from '../../lib/model/ids.ts'
import { type Bucket, GENESIS, openingOf } from '../../lib/timeline/bucket.ts'
import { closeAll, type Instance, openInstances } from '../bench/torrent/instances.ts'
import { type InboxWalker, inboxWalker } from '../checker/inbox-walks.ts'
import type { Instances } from '../checker/read-back.ts'
import { type NodeStatus, status, totalOf } from '../cluster/status.ts'
import type { Person } from '../kit/people.ts'
import type { Course } from './conclude.ts'
import { type Ground, KEYSPACE } from './ground.ts'
import type { Lanes, NodeFigures } from './recorded.ts'
import { type Load, load, type Request } from './requests.ts'
import { beginningOf, figuresOf, type Mark } from './verdicts.ts'

export type Stage = Ground & {
  say: Say
  people: Person[]
  /** What has been recorded so far. */
  marks: Mark[]
  requests: Request[]
  nodes: Course['nodes']
  amiss: Record<string, number>
  inboxes: InboxWalker
  mark: (what: string, is?: Mark['is']) => void
  /** Looks at the nodes, for the record. */
  look: (when: string) => Promise<NodeStatus[]>
  /** @param begins the mark at its beginning */
  load: (begins: string, asked: Load, meanwhile?: () => Promise<void>, at?: Instances) => Promise<Request[]>
  /** For compilers and caches: a cold machine is several times slower. */
  warmUp: () => Promise<unknown>
  /** Requests a second that are answered when `USERS` clients ask as fast as they can. */
  ceiling: () => Promise<number>
}

/** They make 780 dialogs, the busiest of which has a seventh of all messages. */
export const TOWN = 40
const USERS = 32
/** Whatever the rate. */
const CLOSED = { scenario: 'town', rate: 1, users: USERS } as const
const WARM_UP_SECONDS = 12
const CEILING_SECONDS = 15

export const openStage = (ground: Ground, people: Person[], directory: string, say: Say): Stage => {
  const [marks, requests, nodes]: [Mark[], Request[], Course['nodes']] = [[], [], []]
  const amiss: Record<string, number> = {}
  let loads = 0
  const stage: Stage = {
    ...ground,
    say,
    people,
    marks,
    requests,
    nodes,
    amiss,
    inboxes: inboxWalker({ instances: ground.instances, people, now: Date.now }),
    mark: (what, is) => {
      marks.push({ atMs: Date.now(), what, ...(is && { is }) })
      say(what)
    },
    look: async (when) => {
      const seen = await progress(say, `looking at the nodes ${when}`, status(ground.place))
      nodes.push({ atMs: Date.now(), when, nodes: seen.map(figuresOfNode) })
      return seen
    },
    load: async (begins, asked, meanwhile = async () => undefined, { urls } = ground.instances) => {
      loads += 1
      const folder = join(directory, `load-${loads}`)
      const loaded = await ground.whileUp(
        load({ town: TOWN, ...asked }, urls, people, folder, say, meanwhile),
      )
      for (const [what, count] of Object.entries(loaded.amiss)) amiss[what] = (amiss[what] ?? 0) + count
      for (const request of loaded.requests) requests.push(request)
      marks.push({ atMs: beginningOf(loaded.requests), what: begins })
      marks.sort((a, b) => a.atMs - b.atMs)
      return loaded.requests
    },
    warmUp: () => stage.load('warming up', { ...CLOSED, seconds: WARM_UP_SECONDS }),
    ceiling: async () => {
      await stage.warmUp()
      const asked = await stage.load(`${USERS} clients at once`, { ...CLOSED, seconds: CEILING_SECONDS })
      const { perSecond } = figuresOf(asked, CEILING_SECONDS)
      say(`the ceiling: ${Math.round(perSecond)} requests/s`)
      return perSecond
    },
  }
  return stage
}

export const figuresOfNode = ({ node, state, owns, loadBytes, tables }: NodeStatus): NodeFigures => ({
  node,
  state,
  owns,
  loadBytes,
  ...(Array.isArray(tables) && {
    writes: totalOf(tables, (table) => table.writes),
    rows: totalOf(tables, (table) => table.rows),
  }),
})

/** Of the writes of messages between two looks: the most of any node divided by the mean. */
export const unevenness = (before: NodeStatus[], after: NodeStatus[]): number => {
  const writes = after.map((node, index) => messagesTo(node) - messagesTo(before[index]))
  return Math.max(...writes) / Number(mean(writes))
}

/** NaN for a node that did not answer. */
const messagesTo = (node: NodeStatus | undefined): number => {
  const tables = Array.isArray(node?.tables) ? node.tables : []
  return tables.find(({ table }) => table === `${KEYSPACE}.messages`)?.writes ?? Number.NaN
}

/** The openings of the busiest dialog, from genesis on, as its index tells once all is over. */
export const lanesOf = async ({ people, variables, requests }: Stage): Promise<Lanes[]> => {
  const [one, other] = people as [Person, Person]
  const readers = await openInstances(variables, { from: one.id, to: other.id }, new Map(), 1)
  const rows = await (readers[0] as Instance).index(dialogIdOf(one.id, other.id))
  await closeAll(readers)
  return lanesIn(
    rows.map(({ bucket }) => bucket),
    beginningOf(requests),
  )
}

/** `partitions` counts all lanes so far. */
export const lanesIn = (opened: Bucket[], beganMs: number): Lanes[] => {
  let partitions = 0
  return [GENESIS, ...opened.toSorted((a, b) => a - b)].map((bucket, index) => {
    const { openedAtSeconds, lanes } = openingOf(bucket)
    partitions += lanes
    // Openings are in whole seconds, rounded down; genesis is older than everything.
    const atSeconds = Math.max(0, openedAtSeconds - Math.floor(beganMs / 1_000))
    return { atSeconds, lanes, timeBuckets: index + 1, partitions }
  })
}
