/** A fourth node joins, and some time goes by. */
import { setTimeout as sleep } from 'node:timers/promises'
import { add } from '../../cluster/add.ts'
import type { Stage } from '../stage.ts'
import { AFTER_MS } from './modest.ts'

export const NEWCOMER = 4

export const joins = async ({ place, mark, say }: Stage): Promise<void> => {
  mark(`node ${NEWCOMER} starts`, 'fault')
  await add(place, process.env, say)
  mark(`node ${NEWCOMER} has joined`, 'over')
  await sleep(AFTER_MS)
}
