import { expect, test } from '@jest/globals'
import { inTurn } from './turn.ts'

/** Another block than any cluster's own. */
const place = { directory: '', block: '127.255.254' }

test('one at a time works on the ring; whoever comes meanwhile is told who it is', async () => {
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
