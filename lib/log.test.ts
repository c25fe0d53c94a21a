import { afterEach, expect, jest, test } from '@jest/globals'
import { writtenPerTick } from './log.ts'

const endOfTick = () => new Promise(setImmediate)
afterEach(() => void jest.restoreAllMocks())

test('the lines of one tick leave in one write, in their order', async () => {
  const written: string[] = []
  const log = writtenPerTick({ write: (text) => void written.push(text) })
  for (const line of ['a\n', 'b\n']) log.write(line)
  expect(written).toEqual([])
  await endOfTick()
  log.write('c\n')
  await endOfTick()
  expect(written).toEqual(['a\nb\n', 'c\n'])
})

test('no write of several lines is longer than what a pipe takes in one piece', async () => {
  const written: string[] = []
  const log = writtenPerTick({ write: (text) => void written.push(text) })
  const lines = Array.from({ length: 50 }, (_, index) => `${index} ${'ü'.repeat(200)}\n`)
  for (const line of lines) log.write(line)
  await endOfTick()
  expect(written.join('')).toBe(lines.join(''))
  expect(written.length).toBeGreaterThan(1)
  expect(written.filter((text) => Buffer.byteLength(text) > 4_096)).toEqual([])
})

test('a log that cannot be written is told as a warning, and written again when it can', async () => {
  const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const written: string[] = []
  let isFull = true
  const log = writtenPerTick({
    write: (text) => {
      if (isFull) throw new Error('no space left')
      written.push(text)
    },
  })
  log.write('a\n')
  await endOfTick()
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('no space left'))
  isFull = false
  log.write('b\n')
  await endOfTick()
  expect(written).toEqual(['b\n'])
})
