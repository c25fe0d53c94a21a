import { expect, test } from '@jest/globals'
import { inTurn } from './turn.ts'

/** No cluster uses this block. */
const place = { directory: '', block: '127.255.254' }

test('only one change of the ring runs at a time; others are told which', async () => {
  let finish = () => {}
  const first = inTurn(place, 'add', () => new Promise<void>((resolve) => (finish = resolve)))
  await expect(inTurn(place, 'down', async () => undefined)).rejects.toThrow(
    `add (process ${process.pid}) is at work on the cluster`,
  )
  finish()
  await first
  await expect(inTurn(place, 'remove 3', () => Promise.reject(new Error('no')))).rejects.toThrow(/^no$/)
  expect(await inTurn(place, 'down', async () => 'done')).toBe('done')
})
