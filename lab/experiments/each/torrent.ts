/** `torrent`: one dialog has as many messages as all others together. */
import type { Experiment } from '../experiment.ts'
import { lanesOf } from '../lanes.ts'
import { besideEven } from './beside-even.ts'
import { SIZE } from './modest.ts'

export const torrent: Experiment = {
  about:
    'Half of all messages are in one dialog, at half of what the cluster bears; in turns with an even load.',
  size: SIZE,
  happens: async (stage) => ({ ...(await besideEven(stage, 'torrent')), lanes: await lanesOf(stage) }),
}
