import { expect, test } from '@jest/globals'
import { textIssue } from './message.ts'

test.each(['a', ' a ', '\n.', 'x'.repeat(4096), '🚀'.repeat(4096), '\u200b'])(
  'the text %j may be sent',
  (text) => {
    expect(textIssue(text)).toBeUndefined()
  },
)

test.each([
  ['', 'white space'],
  [' \t\r\n\u00a0\ufeff', 'white space'],
  ['a\0b', 'NUL'],
  ['\udc00 alone', 'surrogates'],
  ['x'.repeat(4097), '4096'],
  ['🚀'.repeat(4097), '4096'],
])('the text %j is refused, and the reason says %j', (text, reason) => {
  expect(textIssue(text)).toContain(reason)
})
