/** People who send with a key, and send again: without a reply, out of impatience, or for no reason. */
import { type IdempotencyKey, stampOf, type UserId } from '../../lib/model/ids.ts'
import type { Pair } from './check.ts'
import { isRefusal, PAIRS, PEOPLE, type Scene, someInstance } from './people.ts'

/** How long one waits for a reply before the next attempt: longer than any reply takes, not as long, or not at all. */
const PATIENCE_MS = [6_000, 6_000, 300, 0]
/** The longest break after that: some return when the timeline has moved on. */
const BREAK_MS = [0, 300, 300, 8_000]

export const sendWithRetries = async (scene: Scene, who: number) => {
  const { time, keyRandom } = scene.setting
  const pair = keyRandom.pick(PAIRS)
  const paceMs = keyRandom.pick([200, 500, 1_500])
  const all: Promise<void>[] = []
  while (time.now() < scene.endMs) {
    await time.sleep(keyRandom.between(1, paceMs * 2))
    all.push(repeat(scene, pair, `key-${who}-${all.length}` as IdempotencyKey))
  }
  await Promise.all(all)
}

/** The sending of one message, in one data centre: there a key is exactly-once. */
type Sending = { pair: Pair; key: IdempotencyKey; dataCentre: number; startMs: number; texts: Set<string> }

const repeat = async (scene: Scene, pair: Pair, key: IdempotencyKey) => {
  const { time, keyRandom } = scene.setting
  const dataCentre = someInstance(scene)?.dataCentre
  if (dataCentre === undefined) return
  const sending: Sending = { pair, key, dataCentre, startMs: time.now(), texts: new Set() }
  const attempts: Promise<void>[] = []
  for (let left = keyRandom.between(1, 5); left > 0 && time.now() < scene.endMs; left -= 1) {
    const attempt = send(scene, sending)
    attempts.push(attempt)
    await Promise.race([attempt, time.sleep(keyRandom.pick(PATIENCE_MS))])
    await time.sleep(keyRandom.between(0, keyRandom.pick(BREAK_MS)))
  }
  await Promise.all(attempts)
}

const send = async (scene: Scene, { pair, key, dataCentre, startMs, texts }: Sending) => {
  const { time, keyRandom, product, trace } = scene.setting
  const [from, to] = pair.map((index) => PEOPLE[index]) as [UserId, UserId]
  const instance = someInstance(scene, dataCentre)
  if (!instance) return
  // Some reuse a key for another message.
  const text = keyRandom.chance(0.1) ? `${key} differs` : key
  texts.add(text)
  // Not refused, whatever this reply says: another attempt may have stored it.
  scene.attempts.push({ text, pair, isRefused: false })
  trace(`${instance.name} is asked to send ${text}`)
  const reply = await instance.serve((ctx) => product.sendMessage({ from, to, text, key }, ctx))
  if (!reply) return
  if (!('result' in reply)) {
    const isReused = reply.error instanceof product.Fault && reply.error.kind === 'key_reused'
    isRefusal(scene, reply.error)
    if (isReused && texts.size === 1) scene.complaints.push(`${key} was used for one message, and is refused`)
    return
  }
  const { id } = reply.result
  const times = { stampMs: stampOf(id), startMs, ackMs: time.now() }
  scene.sent.push({ id, text, pair, dataCentre, ...times })
  trace(`${instance.name} acknowledges ${id} for ${text}`)
}
