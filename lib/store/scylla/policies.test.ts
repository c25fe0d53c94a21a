import { expect, test } from '@jest/globals'
import { ReadsOnly } from './policies.ts'

test('a second node is asked at the same time for reads alone', () => {
  const delays = (query: string | object[]) => {
    const plan = new ReadsOnly(200, 1).newPlan('dialogs', query)
    return [plan.nextExecution(), plan.nextExecution()]
  }
  expect(delays('SELECT body FROM messages')).toEqual([200, -1])
  expect(delays('INSERT INTO messages (dialog_id) VALUES (?)')).toEqual([-1, -1])
  expect(delays([{ query: 'SELECT body FROM messages' }])).toEqual([-1, -1])
})
