/** Who writes to whom: some dialogs are far busier than others. */
import { SharedArray } from 'k6/data'
import exec from 'k6/execution'
import { RUN } from './run.ts'

type Pair = readonly [number, number]
type Person = { id: string; token: string }
/** `client`: the kind of client; requests are counted by it. */
export type Dialog = { client: string; writer: Person; reader: Person }

const people = new SharedArray<Person>('people', () => JSON.parse(open(RUN.people)))

/** The first person is the celebrity, the first two together are the torrent; all others are bystanders. */
const KNOWN = 2
/** The last people, one for each load of a run: nobody has written to them before. */
const STARS = 8
/** All people, or the first of them; those after them are in other roles. */
const town = RUN.town ?? people.length
const pairsFrom = (first: number) =>
  Array.from({ length: town }, (_, one) =>
    Array.from({ length: Math.max(0, one - first) }, (__, other) => [one, first + other] as const),
  ).flat()
const [all, bystanders] = [pairsFrom(0), pairsFrom(KNOWN)]

/** Zipf's law, exponent 1: the n-th dialog is chosen about 1/n times as often as the first. */
const aPair = (pairs: Pair[]) => pairs[Math.floor((pairs.length + 1) ** Math.random()) - 1] as Pair

export const aDialog = (client = 'town'): Dialog =>
  eitherWay(client, aPair(client === 'bystanders' ? bystanders : all))

export const theTorrent = (): Dialog => eitherWay('torrent', [0, 1])

/** The celebrity writes, and gets no answers. */
export const withTheCelebrity = (): Dialog =>
  between('celebrity', [0, 1 + Math.floor(Math.random() * (people.length - 1))])

/** To the star of the run, or evenly: each time another fan writes, in a new dialog. */
export const fanMail = (): Dialog => {
  const fans = people.length - town - STARS
  const fan = exec.scenario.iterationInTest % fans
  const { star: which = 0, isEven } = RUN
  const [star, next] = [people.length - 1 - which, town + ((fan + 1 + which) % fans)]
  return between('fans', [town + fan, isEven ? next : star])
}

/** With somebody whom an inbox names. */
export const withPerson = ({ client, writer }: Dialog, id: string): Dialog => ({
  client,
  writer,
  reader: { id, token: '' },
})

/** In pairs: the first with the second, the third with the fourth. */
export const withTheNeighbour = (one: number): Dialog => between('crowd', [one, one ^ 1])

const eitherWay = (client: string, [one, other]: Pair) =>
  between(client, Math.random() < 0.5 ? [one, other] : [other, one])

const between = (client: string, [writer, reader]: Pair): Dialog => ({
  client,
  writer: people[writer] as Person,
  reader: people[reader] as Person,
})
