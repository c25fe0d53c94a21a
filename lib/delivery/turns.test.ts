import { expect, test } from '@jest/globals'
import { turns } from './turns.ts'

const held = () => {
  let end = () => {}
  const work = new Promise<void>((resolve) => {
    end = resolve
  })
  return { work, end }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

test('no more than the limit are in progress, and the others follow in order', async () => {
  const inTurn = turns(2)
  const works = Array.from({ length: 5 }, held)
  const begun: number[] = []
  const all = works.map(({ work }, index) =>
    inTurn(() => {
      begun.push(index)
      return work
    }),
  )
  await settled()
  expect(begun).toEqual([0, 1])
  works[1]?.end()
  await settled()
  expect(begun).toEqual([0, 1, 2])
  for (const { end } of works) end()
  await Promise.all(all)
  expect(begun).toEqual([0, 1, 2, 3, 4])
})

test('a place is free again after a failure', async () => {
  const inTurn = turns(1)
  await expect(inTurn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await inTurn(async () => 'yes')).toBe('yes')
})
