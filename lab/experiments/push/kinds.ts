/** The kinds of turns of the experiment `push`: who is connected where, and who writes to whom. */
import { range } from 'd3-array'
import type { Sent } from '../../checker/sent.ts'
import type { Person } from '../../kit/people.ts'
import type { Connected, Turn } from './turn.ts'

export const PEOPLE = 64
const STAR_DEVICES = 20

const person = (people: Person[], index: number) => people[index % PEOPLE] as Person
/** In pairs; each message of a pair goes through the same instance, and the next pair uses the next one. */
const pairs =
  (people: Person[], instances: number): Turn['next'] =>
  (send) => {
    const pair = send % (PEOPLE / 2)
    const isBack = Math.floor(send / (PEOPLE / 2)) % 2 === 1
    const [from, to] = [person(people, 2 * pair), person(people, 2 * pair + 1)]
    const instance = pair % instances
    return isBack ? { from: to, to: from, instance } : { from, to, instance }
  }

/** Both people of a pair are connected to the instance after the one that they send through: each push is a call. */
const elsewhere = (people: Person[], instances: number): Connected[] =>
  range(PEOPLE).map((index) => ({
    person: person(people, index),
    at: [(Math.floor(index / 2) + 1) % instances],
  }))
const anywhere = (people: Person[], instances: number): Connected[] =>
  range(PEOPLE).map((index) => ({
    person: person(people, index),
    at: [(index * 7 + (index >> 2)) % instances],
  }))

export type Kind = {
  instances: number
  connected: Connected[]
  next: Turn['next']
  kindOf: (sent: Sent) => string
}
export const EVEN = 'four instances, connected to any'
export const STAR = 'half of it to a person of 20 devices'
export const BUSY = 'half of it in one dialog'

export const kindsFor = (people: Person[]): Record<string, Kind> => {
  const next = pairs(people, 4)
  const every = (other: (send: number) => ReturnType<Turn['next']>): Turn['next'] => {
    return (send) => (send % 2 === 0 ? next(2 + ((send / 2) % (PEOPLE - 2))) : other(send))
  }
  const plain = { kindOf: () => 'pairs' }
  const star = person(people, 0)
  const toStar = every((send) => ({
    from: person(people, 2 + (send % (PEOPLE - 2))),
    to: star,
    instance: send % 4,
  }))
  const inBusy = every((send) => {
    const [from, to] = [person(people, (send >> 1) & 1), person(people, ((send >> 1) & 1) ^ 1)]
    return { from, to, instance: (send >> 2) % 4 }
  })
  const stars = anywhere(people, 4).map((one, index) =>
    index === 0 ? { ...one, at: range(STAR_DEVICES).map((device) => device % 4) } : one,
  )
  const isStars = ({ from, to }: Sent) => [from, to].includes(star.id)
  const four = { instances: 4, connected: anywhere(people, 4) }
  return {
    'one instance': { instances: 1, connected: elsewhere(people, 1), next: pairs(people, 1), ...plain },
    'two instances': { instances: 2, connected: elsewhere(people, 2), next: pairs(people, 2), ...plain },
    'four instances': { instances: 4, connected: elsewhere(people, 4), next, ...plain },
    [EVEN]: { ...four, next, ...plain },
    [STAR]: {
      ...four,
      connected: stars,
      next: toStar,
      kindOf: (one) => (isStars(one) ? 'celebrity' : 'pairs'),
    },
    [BUSY]: { ...four, next: inBusy, kindOf: (one) => (isStars(one) ? 'torrent' : 'pairs') },
  }
}
