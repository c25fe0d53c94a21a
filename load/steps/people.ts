/** Who writes to whom: some dialogs are far busier than others. */
import { SharedArray } from 'k6/data'
import { RUN } from './run.ts'

type Person = { id: string; token: string }
export type Dialog = { writer: Person; reader: Person }

const people = new SharedArray<Person>('people', () => JSON.parse(open(RUN.people)))
const pairs = Array.from(people, (_, one) => Array.from({ length: one }, (__, other) => [one, other])).flat()

/** Zipf's law, exponent 1: the n-th dialog is chosen about 1/n times as often as the first. */
const aPair = () => pairs[Math.floor((pairs.length + 1) ** Math.random()) - 1]

export const aDialog = (): Dialog => {
  const [one, other] = aPair() as [number, number]
  const [writer, reader] = Math.random() < 0.5 ? [one, other] : [other, one]
  return { writer: people[writer] as Person, reader: people[reader] as Person }
}
