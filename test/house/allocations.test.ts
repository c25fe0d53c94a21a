import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'

const SCRIPT = join(import.meta.dirname, '../world/allocations.ts')
const FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256']
/**
 * Bytes of one request, a tenth above what was measured; the figure is the same to 5 % on a busy machine, which no time
 * is. A capability that needs more raises its line, and says in its commit what for.
 */
const BUDGET = { sendMessage: 18_000, listMessages: 41_000, checkHealth: 5_600 }

test('a request allocates no more than its budget: a send, a page of 20, a health check', () => {
  const { NODE_OPTIONS: _options, ...env } = process.env
  const allocated: Record<string, number> = JSON.parse(
    execFileSync(process.execPath, [...FLAGS, SCRIPT], { env, encoding: 'utf8' }),
  )
  for (const [operation, bytes] of Object.entries(BUDGET)) {
    expect([operation, (allocated[operation] ?? 0) <= bytes]).toEqual([operation, true])
    // Far below, the budget holds nothing any more.
    expect(allocated[operation]).toBeGreaterThan(bytes / 2)
  }
})
