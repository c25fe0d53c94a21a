import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parentOf, traceparentOf } from './traceparent.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'
const VALID = `00-${TRACE}-${SPAN}-01`
const named = (traceFlags: number) => ({ traceId: TRACE, spanId: SPAN, traceFlags, isRemote: true })

describe('a traceparent', () => {
  test('names a trace, the span that asks, and whether it is sampled', () => {
    expect(parentOf([VALID])).toEqual(named(1))
    expect(parentOf([`00-${TRACE}-${SPAN}-00`])).toEqual(named(0))
  })

  test('of a later version is read as far as this one goes', () => {
    expect(parentOf([`01-${TRACE}-${SPAN}-01`])).toEqual(named(1))
    expect(parentOf([`cc-${TRACE}-${SPAN}-01-what-the-future-brings`])).toEqual(named(1))
  })

  test('may have flags that are unknown here', () => {
    expect(parentOf([`00-${TRACE}-${SPAN}-ff`])).toEqual(named(1))
    expect(parentOf([`00-${TRACE}-${SPAN}-fe`])).toEqual(named(0))
  })

  test.each<[string, string[] | undefined]>([
    ['absent', undefined],
    ['there without a value', []],
    ['repeated', [VALID, VALID]],
    ['repeated, and joined by a gateway', [`${VALID}, ${VALID}`]],
    ['empty', ['']],
    ['of the version that is never used', [`ff-${TRACE}-${SPAN}-01`]],
    ['of this version, and longer', [`${VALID}-more`]],
    ['of a later version, and longer without a hyphen', [`01-${TRACE}-${SPAN}-01.more`]],
    ['too short', [VALID.slice(0, -1)]],
    ['too long', [`${VALID}1`]],
    ['in upper case', [VALID.toUpperCase()]],
    ['in upper case in part', [`00-${TRACE}-${SPAN.toUpperCase()}-01`]],
    ['not hexadecimal', [`00-${TRACE.replace('4', 'g')}-${SPAN}-01`]],
    ['of a trace of zeros', [`00-${'0'.repeat(32)}-${SPAN}-01`]],
    ['of a span of zeros', [`00-${TRACE}-${'0'.repeat(16)}-01`]],
    ['without hyphens', [VALID.replaceAll('-', '_')]],
    ['between spaces', [` ${VALID} `]],
    ['followed by a line feed', [`${VALID}\n`]],
  ])('that is %s is as none', (_, values) => {
    expect(parentOf(values)).toBeUndefined()
  })

  test('is whatever was written as one, and nothing else', () => {
    const digits = (length: number) =>
      fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`)).filter((text) => Number.parseInt(text, 16) > 0)
    fc.assert(
      fc.property(digits(32), digits(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
        const header = traceparentOf({ traceId, spanId, traceFlags })
        expect(header).toHaveLength(55)
        expect(parentOf([header])).toEqual({ traceId, spanId, traceFlags, isRemote: true })
      }),
    )
  })
})
