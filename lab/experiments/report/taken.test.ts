import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { a_recording } from '../../../test/fakes/recorded.ts'
import { type Recorded, textOf } from '../recorded.ts'
import { newestOf, passedReports, storedReports } from './made.ts'

let directory = ''
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'report-'))
})
afterEach(() => rm(directory, { recursive: true }))

const at = (minute: number) => `2026-11-21T20:0${minute}:00.000Z`
const left = async (folder: string, report: unknown) => {
  await mkdir(join(directory, folder))
  await writeFile(join(directory, folder, 'report.json'), JSON.stringify(report))
}
const taken = async () => {
  const said: string[] = []
  const reports = await passedReports(directory, (line) => said.push(line))
  return { said, taken: [...reports.values()].map(({ experiment, recordedAt }) => [experiment, recordedAt]) }
}

test('the newest passed report of each experiment is taken, whatever its folder is called', async () => {
  await left('a', a_recording({ recordedAt: at(2) }))
  await left('b', a_recording({ recordedAt: at(1) }))
  await left('c', a_recording({ experiment: 'torrent', recordedAt: at(3) }))
  expect(await taken()).toEqual({
    said: [],
    taken: expect.arrayContaining([
      ['add-node', at(2)],
      ['torrent', at(3)],
    ]),
  })
})

test('a newer report that failed is named, and the older one that passed is taken', async () => {
  await left('old', a_recording({ recordedAt: at(1) }))
  await left('new', a_recording({ recordedAt: at(2), passed: false }))
  expect(await taken()).toEqual({ said: ['left out, it did not pass: new'], taken: [['add-node', at(1)]] })
})

test('from a folder without a report, or no folder at all, nothing is taken', async () => {
  await mkdir(join(directory, 'interrupted'))
  expect(await taken()).toEqual({ said: [], taken: [] })
  await rm(directory, { recursive: true })
  expect(await taken()).toEqual({ said: [], taken: [] })
  await mkdir(directory)
})

test('a report of another form is named with the wrong field', async () => {
  await left('older', { ...a_recording(), events: [{ atSeconds: 'soon', what: 'begin' }] })
  const { said, taken: none } = await taken()
  expect({ said, none }).toEqual({
    said: [expect.stringContaining('left out: older: events.0.atSeconds')],
    none: [],
  })
})

test('a stored report is read as it was taken, without unknown fields and with rounded figures', async () => {
  const recording = { ...a_recording(), findings: ['/home/somebody'] }
  await left('a', recording)
  const [report] = (await passedReports(directory, () => undefined)).values()
  await writeFile(join(directory, 'add-node.json'), textOf(report as Recorded))
  const stored = (await storedReports(directory)).get('add-node')
  expect(stored).toEqual(report)
  expect(JSON.stringify(stored)).not.toContain('somebody')
  expect(stored?.seconds[0]?.classes['town']).toMatchObject({ p50Ms: 5, p99Ms: 31.3 })
  expect(
    textOf(report as Recorded)
      .split('\n')
      .filter((line) => line.includes('"second":')),
  ).toHaveLength(2)
})

test('a figure that could not be measured is no reason to leave a recording out', async () => {
  const verdicts = [{ asserted: 'x', found: Number.NaN, holds: false }]
  await left('a', a_recording({ verdicts }))
  const [report] = (await passedReports(directory, () => undefined)).values()
  expect(report?.verdicts).toEqual(verdicts)
})

test('a stored file under the name of another experiment is refused', async () => {
  await writeFile(join(directory, 'torrent.json'), textOf(a_recording()))
  await expect(storedReports(directory)).rejects.toThrow('torrent.json is a recording of add-node')
})

test('a newer stored recording takes precedence over an older report', () => {
  const [stored, older] = [a_recording({ recordedAt: at(2) }), a_recording({ recordedAt: at(1) })]
  expect(newestOf([stored, older]).get('add-node')).toBe(stored)
  expect(newestOf([older, stored]).get('add-node')).toBe(stored)
})
