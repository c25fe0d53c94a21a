import { expect, test } from '@jest/globals'
import { planOf, ReadsOnly } from './policies.ts'

test('a second node is asked at the same time for reads alone', () => {
  const delays = (query: string | object[]) => {
    const plan = new ReadsOnly(200, 1).newPlan('dialogs', query)
    return [plan.nextExecution(), plan.nextExecution()]
  }
  expect(delays('SELECT body FROM messages')).toEqual([200, -1])
  expect(delays('INSERT INTO messages (dialog_id) VALUES (?)')).toEqual([-1, -1])
  expect(delays([{ query: 'SELECT body FROM messages' }])).toEqual([-1, -1])
})

test('an attempt that is not granted to a statement that is slow is still there when that has failed', () => {
  const granted = [true, false, true, true]
  const unheard: string[] = []
  const plan = planOf(
    ['a', 'b'].values(),
    () => granted.shift() ?? false,
    (node) => unheard.push(node),
  )
  const handedOut = Array.from({ length: 4 }, () => plan.next().value)
  expect(handedOut).toEqual(['a', undefined, 'b', undefined])
  expect(unheard).toEqual(['a', 'a', 'b'])
  // Where there is no node left, no attempt is taken.
  expect(granted).toEqual([true])
})
