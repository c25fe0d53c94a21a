/** Alert rules as Prometheus reads them. */
import { stringify } from 'yaml'
import { ALERTS, type Alert } from './alerts.ts'

const RUNBOOK = 'docs/operations.md'

/** Of the entry of an alert in the runbook, as it is in an address. */
export const anchorOf = ({ name }: Alert) => name.toLowerCase()

/** The rules file. */
export const rulesText = (alerts = ALERTS): string =>
  stringify(
    { groups: Object.entries(alerts).map(([name, all]) => ({ name, rules: all.map(ruleOf) })) },
    LAYOUT,
  )

/** A query is one line, however long, and quoted only where it has to be. */
const LAYOUT = { lineWidth: 0 }

const ruleOf = (alert: Alert) => ({
  alert: alert.name,
  expr: `${alert.value} > ${alert.above}`,
  for: alert.for,
  labels: { severity: alert.severity },
  annotations: { summary: alert.summary, runbook: `${RUNBOOK}#${anchorOf(alert)}` },
})
