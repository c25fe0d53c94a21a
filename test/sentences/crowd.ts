/** A crowd of strangers who all send at the same time, in pairs, and what must hold afterwards. */
import { expect } from '@jest/globals'
import type { HttpReply, Service } from '../world/service.ts'
import * as given from './given.ts'
import * as when from './when.ts'

const PEOPLE = 100
const EACH = 2

/** Resolves to all replies, once every acknowledged message has been found exactly once by both sides. */
export const a_crowd_talks = async (
  service: Service,
  credentials: given.Credentials,
): Promise<HttpReply[]> => {
  const people = await Promise.all(
    Array.from({ length: PEOPLE }, () => given.a_stranger(credentials, 'stranger')),
  )
  const pairs = people.flatMap((one, index) => {
    const other = people[index + 1]
    return index % 2 === 0 && other ? [{ one, other }] : []
  })
  const replies = await Promise.all(
    pairs.map(({ one, other }) =>
      Promise.all(
        Array.from({ length: EACH }, (_, count) => [
          when.they_send_patiently(service, one, other, `${count} from ${one.id}`),
          when.they_send_patiently(service, other, one, `${count} from ${other.id}`),
        ]).flat(),
      ),
    ),
  )
  for (const [index, { one, other }] of pairs.entries()) {
    const acknowledged = (replies[index] ?? [])
      .filter(({ status }) => status === 200)
      .map(({ text }) => JSON.parse(text) as when.SentMessage)
    const listed = await when.they_list_everything(insistent(service), one, other)
    expect(
      listed
        .filter(({ id }) => acknowledged.some((sent) => sent.id === id))
        .map(textOf)
        .sort(),
    ).toEqual(acknowledged.map(textOf).sort())
    expect(await when.they_list_everything(insistent(service), other, one)).toEqual(listed)
  }
  return replies.flat()
}

const textOf = ({ text }: when.SentMessage) => text

/** Repeats a request that is refused with 503. */
const insistent =
  (service: Service): Service =>
  async (call) => {
    for (;;) {
      const reply = await service(call)
      if (reply.status !== 503) return reply
    }
  }
