import { expect, test } from '@jest/globals'
import { a_recording } from '../../../test/fakes/recorded.ts'
import { made, newestOf } from './made.ts'

const TEXT = ['overview', 'add-node', 'torrent']
  .map((name) => `<!-- figures: ${name} -->\n<!-- end -->\n`)
  .join('\n')
const lanes = [{ atSeconds: 0, lanes: 1, timeBuckets: 1, partitions: 1 }]

test('a recording becomes pictures, and figures in its place; an experiment without a recording says so', () => {
  const files = made(TEXT, newestOf([a_recording()]))
  expect(Object.keys(files)).toEqual(['add-node-requests.svg', 'add-node-nodes.svg', 'README.md'])
  expect(files['README.md']).toMatch(/\| begin +\| +0 to 2 \| +town \| +40 \|.* 429: 1, 503: 1 \|/)
  expect(files['README.md']).toMatch(/at most 3 \| +2\.346 \| +holds \|/)
  expect(files['README.md']).toContain('![add-node: requests](add-node-requests.svg)')
  expect(files['README.md']).toContain('<!-- figures: torrent -->\n\n*Not recorded yet.*\n\n<!-- end -->')
})

test('lanes are drawn if they were watched', () => {
  const files = made(TEXT, newestOf([a_recording({ experiment: 'torrent', lanes })]))
  expect(files['torrent-lanes.svg']).toContain('lanes')
})

test('the service is drawn if it was watched', () => {
  const service = [1, 2].map((atSeconds) => ({ atSeconds, sockets: 12, processor: 7.5 }))
  const files = made(TEXT, newestOf([a_recording({ service })]))
  expect(files['add-node-service.svg']).toContain('sockets')
  expect(files['add-node-service.svg']).toContain('% of a core')
  expect(Object.keys(made(TEXT, newestOf([a_recording()])))).not.toContain('add-node-service.svg')
})

test('the overview counts what the checker found, and the targets that were met', () => {
  const wrong = { lost: 2, doubled: 0, 'out of order': 0, invented: 0, changed: 0 }
  const recording = a_recording({
    checked: { ...a_recording().checked, wrong },
    verdicts: [{ asserted: 'target: x', found: 4, holds: false }],
  })
  expect(made(TEXT, newestOf([recording]))['README.md']).toMatch(
    /\| \[add-node\]\(#add-node\) \| +58 \| +2 \| +0 \| +0 \| +0 \| +0 \| +0 \| +31 ms \| +0 of 1 \|/,
  )
})

test('every figure is part of the output: another figure makes another file', () => {
  const before = made(TEXT, newestOf([a_recording()]))
  const slower = a_recording()
  for (const { classes } of slower.seconds) classes['town'] = { ...classes['town'], p99Ms: 1_900 } as never
  const after = made(TEXT, newestOf([slower]))
  expect(after['add-node-requests.svg']).not.toBe(before['add-node-requests.svg'])
  expect(made(TEXT, newestOf([a_recording()]))).toEqual(before)
})

test('a recording that the document has no place for is an error', () => {
  expect(() => made(TEXT, newestOf([a_recording({ experiment: 'flood' })]))).toThrow('no place for flood')
})

test('measures and missed assertions are listed; the others are counted', () => {
  const verdicts = [
    { asserted: 'messages lost == 0', found: 0, holds: true },
    { asserted: 'messages doubled == 0', found: 1, holds: false },
    { asserted: 'acknowledged since: begin >= 50', found: 400, holds: true },
    { asserted: 'writes of the busiest node / the mean <= 1.5', found: 1.228, holds: true },
  ]
  const text = made(TEXT, newestOf([a_recording({ verdicts })]))['README.md']
  expect(text).toContain('3 of 4 assertions hold.')
  expect(text).toMatch(/messages doubled == 0 +\| +1 \| \*\*missed\*\* \|/)
  expect(text).toMatch(/<= 1.5 \| 1.228 \| +holds \|/)
  expect(text).not.toMatch(/messages lost == 0|acknowledged since/)
})
