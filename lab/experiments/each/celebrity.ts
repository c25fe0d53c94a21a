/** `celebrity`: one person writes as much as all others together. */
import type { Experiment } from '../experiment.ts'
import { besideEven } from './beside-even.ts'
import { SIZE } from './modest.ts'

export const celebrity: Experiment = {
  about:
    'Half of all messages are those of one person, to everybody, at half of what the cluster bears; in turns with an even load.',
  size: SIZE,
  happens: (stage) => besideEven(stage, 'celebrity'),
}
