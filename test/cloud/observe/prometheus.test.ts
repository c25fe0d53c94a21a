import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { ALERTS } from '../../../dev/observe/alerts.ts'
import { DASHBOARDS } from '../../../dev/observe/all.ts'
import { INSTANCE, RATE_INTERVAL } from '../../../dev/observe/dashboard.ts'
import { an_eventful_minute, type EventfulMinute } from '../../world/eventful-minute.ts'
import { recorded_dashboards } from '../../world/recorded-dashboards.ts'

/** The run is short, and so is every window: minutes are seconds here. */
const WINDOW = '10s'
const shortened = (query: string) =>
  query.replaceAll(/\[(5m|15m)\]/g, `[${WINDOW}]`).replaceAll(/offset (5m|15m)/g, `offset ${WINDOW}`)
const filled = (query: string) => query.replaceAll(RATE_INTERVAL, WINDOW).replaceAll(INSTANCE, '.*')
const shortRules = () =>
  Object.fromEntries(
    Object.entries(ALERTS).map(([group, alerts]) => [
      group,
      alerts.map((alert) => ({ ...alert, value: shortened(alert.value), for: '0m' as const })),
    ]),
  )

/** What does not happen here has no answer, and promtool alone tests its alert. */
const WITHOUT_ANSWER: Record<string, string> = {
  ClockOutOfBounds: 'the clocks of one machine agree',
}
const FIRES = [
  'InstanceGone',
  'RequestsFail',
  'RequestsSlow',
  'WritesInDoubt',
  'TurnedAway',
  'Misconfigured',
  'PushesUnreachable',
  'RefreshTokenTheft',
]

describe('a Prometheus that scrapes npm run serve while one instance is killed and the database stands still', () => {
  let minute: EventfulMinute
  beforeAll(async () => {
    minute = await an_eventful_minute(shortRules(), FIRES)
  }, 180_000)
  afterAll(async () => {
    // For `npm run lab -- dashboards`, where it says so.
    const recording = process.env['DASHBOARDS_RECORDING']
    if (recording) writeFileSync(recording, `${JSON.stringify(await recorded_dashboards(minute, filled))}\n`)
    await minute?.remove()
  })

  const panels = DASHBOARDS.flatMap(({ title, panels }) =>
    panels.flatMap((panel) =>
      panel.queries.map(({ expression }) => [`${title}: ${panel.title}`, expression] as const),
    ),
  )
  test.each(panels)('has an answer to "%s": %s', async (_, expression) => {
    const query = filled(expression)
    expect(query).not.toContain('$')
    expect(await minute.answers(query)).not.toEqual([])
  })

  const alerts = Object.values(ALERTS).flat()
  test.each(alerts.map(({ name, value }) => [name, value]))(
    'has a value for the alert %s, or is known to have none: %s',
    async (name, value) => {
      const answers = await minute.answers(shortened(value))
      expect(answers.length > 0).toBe(WITHOUT_ANSWER[name] === undefined)
    },
  )

  test('lets fire the alerts that should, and no others', () => {
    expect([...minute.fired.keys()].sort()).toEqual([...FIRES].sort())
  })

  test('has the summary of each that fired filled in, and a severity', () => {
    for (const { labels, annotations } of minute.fired.values()) {
      expect(annotations['summary']).not.toMatch(/[{}]|<no value>|error/)
      expect(['page', 'ticket']).toContain(labels['severity'])
    }
  })
})
