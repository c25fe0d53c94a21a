import { describe, expect, test } from '@jest/globals'
import { rateAsText, readRequest, SCENARIOS } from './request.ts'

describe('a request to npm run lab -- load', () => {
  test('is a scenario, with its own rate and duration, against serve', () => {
    expect(readRequest(['smoke'])).toEqual({
      scenario: 'smoke',
      target: 'serve',
      rate: 1,
      durationSeconds: 20,
    })
    const args = ['mixed', '--target', 'http://localhost:3000/', '--rate', '50', '--duration', '5m']
    expect(readRequest(args)).toEqual({
      scenario: 'mixed',
      target: new URL('http://localhost:3000'),
      rate: 50,
      durationSeconds: 300,
    })
  })

  test('has a rate in visits a second, or in people', () => {
    expect(rateAsText('mixed', 20)).toBe('20 visits/s')
    expect(rateAsText('crowd', 100)).toBe('100 people')
  })

  test.each([[[]], [['stress']], [['constructor']], [['smoke', 'mixed']]])(
    'is refused with all the names when it names no scenario: %j',
    (args) => {
      expect(() => readRequest(args)).toThrow(/is no scenario\n.*--target.*/)
      for (const scenario of Object.keys(SCENARIOS)) expect(() => readRequest(args)).toThrow(scenario)
    },
  )

  test('is refused when it would stop a database that is not its own', () => {
    for (const target of ['emulator', 'http://127.0.0.1:3000'])
      expect(() => readRequest(['overload', '--target', target])).toThrow('of its own')
    expect(() => readRequest(['overload', '--duration', '29s'])).toThrow('30s or more')
  })

  test.each(['0', '-1', '1.5', '1e2', '10001', 'fast', ''])('is refused with a rate of %j', (rate) => {
    expect(() => readRequest(['smoke', `--rate=${rate}`])).toThrow('--rate must be a whole number')
  })

  test.each(['9s', '30', '0m', '11h', '1h30m', ''])('is refused with a duration of %j', (duration) => {
    expect(() => readRequest(['smoke', `--duration=${duration}`])).toThrow('--duration must be from 10s')
  })

  test.each([
    'http://example.org',
    'http://127.0.0.1.example.org',
    'http://127.0.0.1@example.org',
    'http://localhost.example.org',
    'http://10.0.0.1:3000',
    'https://127.0.0.1',
    'http://127.0.0.1/path',
    'production',
  ])('is refused when it goes anywhere but to this machine: %s', (target) => {
    expect(() => readRequest(['smoke', '--target', target])).toThrow('--target must be')
  })
})
