import { expect, test } from '@jest/globals'
import { Fault } from '../../../lib/errors.ts'
import { race } from './pages.ts'

test('the two contestants take turns at going first, and each is timed once per round', async () => {
  const asked: string[] = []
  const ask = (name: string) => async (round: number) => void asked.push(`${name}${round}`)
  const { took } = await race([{ ask: ask('a'), other: ask('b') }], 3)
  expect(asked).toEqual(['a0', 'b0', 'b1', 'a1', 'a2', 'b2'])
  expect(took.map((both) => both.map(({ length }) => length))).toEqual([[3, 3]])
})

test('a page that fails is counted and timed; a wrong page ends the race', async () => {
  const other = async () => undefined
  const fails = async () => Promise.reject(new Fault('database_unavailable', 'too slow'))
  const { took, failed } = await race([{ ask: fails, other }], 2)
  expect([failed, took[0]?.[0].length]).toEqual([2, 2])
  const wrong = async () => Promise.reject(new Error('nine messages'))
  await expect(race([{ ask: wrong, other }], 1)).rejects.toThrow('nine messages')
})
