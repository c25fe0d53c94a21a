/** Where an experiment takes place: what can be done there, and a record of all that is done. */
import { join } from 'node:path'
import { progress, type Say } from '../../dev/progress.ts'
import { type NodeStatus, status } from '../cluster/status.ts'
import type { Instances, Person } from './ask.ts'
import type { Course } from './conclude.ts'
import type { Ground } from './ground.ts'
import { type Load, load } from './load.ts'
import { figuresOfNode } from './nodes.ts'
import type { Request } from './requests.ts'
import { beginningOf, figuresOf, type Mark } from './series.ts'

export type Stage = Ground & {
  say: Say
  people: Person[]
  /** What has been recorded so far. */
  marks: Mark[]
  requests: Request[]
  nodes: Course['nodes']
  amiss: Record<string, number>
  mark: (what: string, is?: Mark['is']) => void
  /** At the nodes, for the record. */
  look: (when: string) => Promise<NodeStatus[]>
  /** @param begins what is marked when it begins */
  load: (begins: string, asked: Load, meanwhile?: () => Promise<void>, at?: Instances) => Promise<Request[]>
  /** Until compilers and caches have seen what comes: a cold machine is several times slower. */
  warmUp: () => Promise<unknown>
  /** Requests a second that are answered when so many clients ask as fast as they can. */
  ceiling: () => Promise<number>
}

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
      const loaded = await Promise.race([load(asked, urls, people, folder, say, meanwhile), ground.broken])
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
