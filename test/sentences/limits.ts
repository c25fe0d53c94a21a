/** The guarantees of the rate limit of each sender, for every way to reach the service. */
import { expect, test } from '@jest/globals'
import type { Service } from '../world/service.ts'
import * as given from './given.ts'
import * as then from './then.ts'
import * as when from './when.ts'

/** Many more than the service must be configured for: a burst of three, and one send a second. */
const SENDS = 30
const BURST = 3

export const limitSentences = (setting: () => { service: Service; credentials: given.Credentials }) =>
  test('a sender above the rate is told when to retry, and refused messages are not stored', async () => {
    const { service, credentials } = setting()
    const [alice, bob] = [
      await given.a_stranger(credentials, 'alice'),
      await given.a_stranger(credentials, 'bob'),
    ]
    const texts = Array.from({ length: SENDS }, (_, index) => `${index}`)
    const replies = await Promise.all(texts.map((text) => when.they_send(service, alice, bob, text)))
    const accepted = replies.filter(({ status }) => status === 200)
    const refused = replies.filter(({ status }) => status !== 200)
    expect(accepted.length).toBeGreaterThanOrEqual(BURST)
    expect(refused.length).toBeGreaterThan(0)
    for (const reply of refused) {
      then.it_is_refused(reply, 'too_many_sends')
      expect(reply.headers['retry-after']).toBe('1')
    }
    then.it_succeeds(await when.they_send(service, bob, alice, 'bob has sent nothing yet'))
    const stored = accepted.map((reply) => then.it_succeeds<when.SentMessage>(reply).text)
    await then.the_dialog_holds(service, alice, bob, [...stored, 'bob has sent nothing yet'])
  })
