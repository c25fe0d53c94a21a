import { expect, test } from '@jest/globals'
import { filled, placesOf } from './made.ts'

const place = (name: string, content = 'old') => `<!-- figures: ${name} -->\n${content}\n<!-- end -->`
const TEXT = `# Prose\n\n${place('add-node')}\n\nmore $& prose\n\n${place('torrent', '')}\n`

test('only what is between the marks changes, and filling again changes nothing', () => {
  const once = filled(TEXT, (name) => `$& ${name}`)
  expect(once).toBe(
    `# Prose\n\n${place('add-node', '\n$& add-node\n')}\n\nmore $& prose\n\n${place('torrent', '\n$& torrent\n')}\n`,
  )
  expect(filled(once, (name) => `$& ${name}`)).toBe(once)
  expect(placesOf(TEXT)).toEqual(['add-node', 'torrent'])
})

test('marks that are missing, or in the wrong place, are named', () => {
  const cases: [string, RegExp][] = [
    ['<!-- figures: add-node -->\nold', /add-node has no end/],
    ['<!-- end -->', /not expected here: end/],
    [`<!-- figures: torrent -->\n${place('add-node')}\n<!-- end -->`, /not expected here: torrent, add-node/],
    [`${place('add-node')}\n${place('add-node')}`, /add-node comes twice/],
  ]
  for (const [text, words] of cases) expect(() => filled(text, () => 'new')).toThrow(words)
})

test('a document without marks has no place', () => {
  expect(placesOf('prose')).toEqual([])
})
