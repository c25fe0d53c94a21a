/** Several instances of the service in this process, and two people who have never used them. */

import type { Environment } from '../../../lib/config/environment.ts'
import { openLog } from '../../../lib/log.ts'
import { dialogIdOf, type UserId } from '../../../lib/model/ids.ts'
import { type Instance, openInstance } from './instance.ts'
import type { Pair } from './pour.ts'

/** What instances wrote into their log, by level and words, and how often. */
export type Said = Map<string, number>

const INSTANCES = 4
export const SENDERS = 64

/** Connected, but with no memory of the dialog. */
export const openInstances = async (
  variables: Environment,
  { from, to }: Pair,
  said: Said,
  count = INSTANCES,
): Promise<Instance[]> => {
  const write = (line: string) => {
    const { level, message } = JSON.parse(line)
    const words = `${level}: ${message}`
    said.set(words, (said.get(words) ?? 0) + 1)
  }
  const log = openLog({ write })
  const instances = Array.from({ length: count }, () => openInstance(variables, log))
  await Promise.all(instances.map(({ index }) => index(dialogIdOf(from, to))))
  return instances
}

export const closeAll = (instances: Instance[]) => Promise.all(instances.map(({ close }) => close()))

let count = 0
/** Two people who have never written to each other. */
export const strangers = (): Pair => {
  count += 1
  const name = `${Date.now().toString(36)}-${count}`
  return { from: `fan-${name}` as UserId, to: `star-${name}` as UserId }
}
