import { expect, test } from '@jest/globals'
import { CATALOGUE, type Metric } from './catalogue.ts'

/** Prometheus, "Metric and label naming". */
test.each(Object.entries<Metric>(CATALOGUE))('%s follows the conventions of Prometheus', (name, metric) => {
  expect(name).toMatch(/^dialogs_[a-z_]+$/)
  expect(name.endsWith('_total')).toBe(metric.kind === 'counter')
  for (const label of metric.labels) expect(label).toMatch(/^[a-z]+$/)
  if (metric.values) expect(metric.labels).toHaveLength(1)
  if (metric.kind === 'histogram') expect(metric.bounds).toEqual([...metric.bounds].sort((a, b) => a - b))
})
