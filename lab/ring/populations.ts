/** Who writes to whom, and how much: many dialogs with a Zipf tail, and two kinds of trouble. */
import { dialogIdOf, type UserId } from '../../lib/model/ids.ts'
import { type Phase, type Random, randomFrom } from './life.ts'

/** The same age for all dialogs, at which a fixed window of ten days has half passed. */
export const AGE_SECONDS = 105 * 86_400
export const ENDS_AT = 1_800_000_000
export const BORN_AT = ENDS_AT - AGE_SECONDS
/** The load while writes a second are measured. */
const SENDS_A_SECOND = 20_000
const ROWS = 30_000_000
const DIALOGS = 30_000
const USERS = 12_000
const FANS = 12_000
const TORRENT_A_SECOND = SENDS_A_SECOND / 2
const SINCE_THE_TORRENT_SECONDS = 2 * 86_400

/** `senders`: who writes which part; `past`: its messages until now; `perSecond`: its rate while writes are measured. */
export type Dialog = {
  id: Buffer
  senders: { user: string; part: number }[]
  past: Phase[]
  perSecond: number
}
export type Population = { name: string; dialogs: Dialog[] }

export const TAIL = 'a Zipf tail'
export const CELEBRITY = 'one sender has half'
export const TORRENT = 'one dialog has half'

export const populations = (seed: number): Population[] => [
  { name: TAIL, dialogs: tail(1, randomFrom(seed)) },
  { name: CELEBRITY, dialogs: [...celebrity(), ...tail(0.5, randomFrom(seed))] },
  { name: TORRENT, dialogs: [torrent(), ...tail(0.5, randomFrom(seed))] },
]

/** @param share of all messages; the dialog of rank n has 1/n of what the first one has. */
const tail = (share: number, random: Random): Dialog[] => {
  const pairs = new Set<string>()
  while (pairs.size < DIALOGS) pairs.add(pair(random))
  const ranks = Array.from(pairs, (_, i) => 1 / (i + 1))
  const sum = ranks.reduce((total, weight) => total + weight, 0)
  return [...pairs].map((names, i) => {
    const [one = '', other = ''] = names.split(' ')
    return steady(one, other, 0.5, (share * (ranks[i] as number)) / sum)
  })
}

const pair = (random: Random): string => {
  const one = Math.floor(random() * USERS)
  const other = (one + 1 + Math.floor(random() * (USERS - 1))) % USERS
  return `user-${Math.min(one, other)} user-${Math.max(one, other)}`
}

/** Writes to all others equally often, and gets no replies. */
const celebrity = (): Dialog[] =>
  Array.from({ length: FANS }, (_, i) => steady('celebrity', `user-${i}`, 1, 0.5 / FANS))

/** Two users whose dialog was quiet until an event two days ago, in which it got half of all messages. */
const torrent = (): Dialog => {
  const seconds = ROWS / 2 / TORRENT_A_SECOND
  return {
    ...steady('bot-1', 'bot-2', 0.5, 0.5),
    past: [
      { seconds: AGE_SECONDS - seconds - SINCE_THE_TORRENT_SECONDS, perSecond: 0.001 },
      { seconds, perSecond: TORRENT_A_SECOND },
      { seconds: SINCE_THE_TORRENT_SECONDS, perSecond: 0.01 },
    ],
  }
}

const steady = (one: string, other: string, part: number, share: number): Dialog => ({
  id: dialogIdOf(one as UserId, other as UserId),
  senders: [
    { user: one, part },
    { user: other, part: 1 - part },
  ].filter((sender) => sender.part > 0),
  past: [{ seconds: AGE_SECONDS, perSecond: (share * ROWS) / AGE_SECONDS }],
  perSecond: share * SENDS_A_SECOND,
})
