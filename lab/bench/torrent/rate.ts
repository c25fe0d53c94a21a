/** How much several instances of the service carry together, into one lane. */
import type { Environment } from '../../../lib/config/environment.ts'
import { closeAll, openInstances, SENDERS, strangers } from './instances.ts'
import { nothingPoured, pour } from './pour.ts'

/** Twice to warm up what is cold, the third time counts. */
const RATE_ROUNDS_SECONDS = [3, 3, 3]

/** Messages a second, in dialogs of their own, within one lane. */
export const rateOf = async (variables: Environment): Promise<number> => {
  const instances = await openInstances(variables, strangers(), new Map())
  let perSecond = 0
  for (const seconds of RATE_ROUNDS_SECONDS) {
    const poured = nothingPoured()
    const began = performance.now()
    const goesOn = () => performance.now() < began + seconds * 1000
    await pour(instances, strangers(), SENDERS, goesOn, poured)
    perSecond = Math.round((poured.acknowledged.size / (performance.now() - began)) * 1000)
  }
  await closeAll(instances)
  return perSecond
}
