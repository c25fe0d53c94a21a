/** Instances of the service that are killed, stopped, and started again at another address that clients know. */
import { join } from 'node:path'
import { range } from 'd3-array'
import { atEnd } from '../../../dev/process.ts'
import { type Serving, startServing } from '../../../dev/serving.ts'
import type { Instances } from '../../checker/read-back.ts'
import type { Sent, Try } from '../../checker/sent.ts'
import { openInstances } from '../clients.ts'

export type Restarted = Instances & {
  /** By SIGKILL, without warning. */
  kill: (instance: number) => Promise<string>
  /** As an operator would; resolves, once it has ended, to how it did. */
  stop: (instance: number) => Promise<string>
  /** After either of these; resolves when it answers. */
  start: (instance: number) => Promise<void>
  pidOf: (instance: number) => number
  /** A try that an instance did not answer because it was killed or stopped counts as one for the client to repeat. */
  excused: (sent: Sent[]) => Sent[]
}

/** @throws Error if an instance does not start */
export const openRestarted = async (
  count: number,
  variables: Record<string, string>,
  directory: string,
): Promise<Restarted> => {
  const serving: Serving[] = []
  const urls: string[] = []
  const downs: { instance: number; fromMs: number; untilMs: number }[] = []
  let starts = 0
  const begin = async (instance: number) => {
    const log = join(directory, `instance-${instance}-${starts++}.log`)
    serving[instance] = await startServing(variables, 0, log)
    urls[instance] = serving[instance].url
  }
  for (const instance of range(count)) await begin(instance)
  const instances = openInstances(urls)
  atEnd(() => instances.connections.destroy())
  const end = async (instance: number, how: (one: Serving) => unknown) => {
    downs.push({ instance, fromMs: performance.now(), untilMs: Number.POSITIVE_INFINITY })
    const one = serving[instance] as Serving
    await how(one)
    return one.ended
  }
  const wasDown = ({ instance, beganMs, endedMs }: Try) =>
    downs.some((down) => down.instance === instance && beganMs < down.untilMs && endedMs > down.fromMs)
  return {
    ...instances,
    kill: (instance) => end(instance, ({ child }) => child.kill('SIGKILL')),
    stop: (instance) => end(instance, (one) => one.stop()),
    start: async (instance) => {
      await begin(instance)
      for (const down of downs)
        if (down.instance === instance) down.untilMs = Math.min(down.untilMs, performance.now())
    },
    pidOf: (instance) => (serving[instance] as Serving).pid,
    excused: (sent) =>
      sent.map((one) => ({
        ...one,
        tries: one.tries.map((each) =>
          each.status === 'no reply' && wasDown(each) ? { ...each, status: 'hung up' as const } : each,
        ),
      })),
  }
}
