/** One experiment from an empty cluster to its conclusion: the load, what happens meanwhile, everything read back. */
import { progress, type Say } from '../../dev/progress.ts'
import { readBack } from '../checker/read-back.ts'
import { inventPeople } from '../kit/people.ts'
import { UNLIMITED } from '../kit/world.ts'
import type { Verdict } from '../load/report.ts'
import { type Conclusion, type Course, conclude } from './conclude.ts'
import { openGround, type Size } from './ground.ts'
import type { Lanes } from './recorded.ts'
import { type Load, sentAmong } from './requests.ts'
import { openStage, type Stage, TOWN } from './stage.ts'
import { none } from './verdicts.ts'

export type Experiment = {
  /** What is done, in one sentence. */
  about: string
  size: Size
  /** People in addition to those of the town, after them. */
  strangers?: number
  /** Resolves to what was found, in addition to what every run must hold. */
  happens: (stage: Stage) => Promise<Outcome>
}
type Outcome = {
  /** The load that matters. */
  load: Pick<Load, 'scenario' | 'rate'>
  guarantees?: Verdict[]
  targets?: Verdict[]
  lanes?: Lanes[]
  service?: Course['service']
}

/** @param directory for logs and requests, which stay, and for the data of the nodes, which is deleted at the end */
export const carryOut = async (
  experiment: string,
  { about, size, strangers = 0, happens }: Experiment,
  keys: string,
  directory: string,
  say: Say,
): Promise<Conclusion> => {
  const rules = { ...UNLIMITED, ...size.rules }
  const ground = await openGround({ ...size, rules }, keys, directory, say)
  const people = await inventPeople(TOWN + strangers, keys)
  const stage = openStage(ground, people, directory, say)
  const { load, guarantees = [], targets = [], lanes, service } = await happens(stage)
  const { requests, marks, nodes, amiss, inboxes } = stage
  marks.push({ atMs: requests.reduce((last, { endedMs }) => Math.max(last, endedMs), 0), what: 'the end' })
  const sent = sentAmong(requests)
  const reading = readBack(ground.instances, people, sent)
  const listings = await progress(say, `reading ${sent.length} messages back`, reading)
  await progress(say, 'walking through all inboxes', inboxes.atTheEnd(sent))
  const { nodes: count, replicas, instances } = size
  const own = Object.entries(amiss).map(([what, times]) => none(what, times))
  const setting = { nodes: count, replicas, instances, load: load.scenario, requestsPerSecond: load.rate }
  return conclude(
    {
      experiment,
      about,
      setting,
      marks,
      requests,
      sent,
      nodes,
      walks: inboxes.walks,
      guarantees: [...own, ...guarantees],
      targets,
      ...(lanes && { lanes }),
      ...(service && { service }),
    },
    listings,
  )
}
