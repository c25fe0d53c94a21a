import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CATALOGUE } from '../../lib/metrics/catalogue.ts'
import { ALERTS } from './alerts.ts'
import { DASHBOARDS } from './all.ts'
import { anchorOf } from './rules.ts'

const ALL = Object.values(ALERTS).flat()
const runbook = readFileSync(join(import.meta.dirname, '../../docs/operations.md'), 'utf8')

/** The entries below "Alerts", by the anchor of their heading. */
const entries = (text: string) => {
  const [, section = ''] = /^## Alerts$([\s\S]*?)^## /m.exec(text) ?? []
  return new Map(
    section
      .split(/^### /m)
      .slice(1)
      .map((entry) => [entry.slice(0, entry.indexOf('\n')).toLowerCase(), entry]),
  )
}

describe('the runbook', () => {
  test('has an entry for each alert, and for no other', () => {
    expect([...entries(runbook).keys()].sort()).toEqual(ALL.map(anchorOf).sort())
  })

  test.each(ALL)('says of $name how urgent it is, where to look, and what to do', (alert) => {
    const entry = entries(runbook).get(anchorOf(alert)) ?? ''
    expect(entry.toLowerCase()).toContain(`*${alert.severity}`)
    expect(entry).toContain('**Look:**')
    expect(entry).toContain('**Do:**')
  })

  test('names no panel or dashboard that is not there', () => {
    const titles = DASHBOARDS.flatMap(({ title, panels }) => [title, ...panels.map((panel) => panel.title)])
    const named = [...entries(runbook).values()].flatMap((entry) => [...entry.matchAll(/"([^"]+)"/g)])
    expect(named.length).toBeGreaterThan(10)
    const known = (name: string) => titles.some((title) => title === name || title.startsWith(`${name},`))
    expect(
      named.map(([, name]) => String(name).replaceAll('\n', ' ')).filter((name) => !known(name)),
    ).toEqual([])
  })
})

describe('the dashboards', () => {
  test('ask questions, no two the same on one', () => {
    for (const { panels } of DASHBOARDS) {
      const titles = panels.map(({ title }) => title)
      expect(titles.filter((title) => !title.endsWith('?'))).toEqual([])
      expect(new Set(titles).size).toBe(titles.length)
    }
  })

  test('show every metric of the catalogue', () => {
    const queries = DASHBOARDS.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries))
    const shown = queries.map(({ expression }) => expression).join('\n')
    const isShown = (name: string) => new RegExp(`\\b${name}(_bucket|_count)?\\b`).test(shown)
    expect(Object.keys(CATALOGUE).filter((name) => !isShown(name))).toEqual([])
  })
})
