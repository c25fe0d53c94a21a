import { expect, test } from '@jest/globals'
import { bucketOf } from '../../../lib/timeline/bucket.ts'
import { issuesOfCourse } from './verdict.ts'

const openings = (...lanes: number[]) =>
  lanes.map((count, index) => bucketOf({ openedAtSeconds: 1_800_000_000 + index, lanes: count }))
const course = (...lanes: number[]) => {
  const opened = openings(...lanes)
  return { opened, indexed: [...opened], inDoubt: 0 }
}

test('a dialog that grew, cooled, and has a row for each opening has no issue', () => {
  expect(issuesOfCourse(course(1, 2, 4, 8, 4, 2, 1))).toEqual([])
})

test('an opening in doubt may have a row', () => {
  const { opened, indexed } = course(1, 4, 4, 1)
  expect(issuesOfCourse({ opened: opened.toSpliced(2, 1), indexed, inDoubt: 1 })).toEqual([])
})

test.each([
  ['it never opened', course(), 'fewer than 4 lanes within 6 openings: none opened'],
  [
    'it grew too late',
    course(1, 1, 1, 2, 2, 2, 4, 1),
    'fewer than 4 lanes within 6 openings: 1, 1, 1, 2, 2, 2',
  ],
  ['it stayed hot', course(1, 4, 2), 'not cooled: 2 lanes at the end'],
  [
    'a row is missing',
    { ...course(1, 4, 1), indexed: openings(1, 4) },
    '1 openings without a row in the index',
  ],
  [
    'a row is too many',
    { ...course(1, 4, 1), opened: openings(1, 4, 1).toSpliced(0, 1) },
    '1 rows in the index',
  ],
  [
    'a row is there twice',
    { ...course(1, 4, 1), indexed: openings(1, 4, 1, 1).toSpliced(3, 1, openings(1)[0] as never) },
    'a row is in the index twice',
  ],
])('that %s is an issue', (_, wrong, words) => {
  expect(issuesOfCourse(wrong)).toEqual([expect.stringContaining(words)])
})
