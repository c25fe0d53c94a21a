/** `npm run lab -- dashboards`: pictures of the dashboards, as they were in a recorded run; `--check` compares. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DASHBOARDS } from '../../dev/observe/all.ts'
import type { Say } from '../../dev/progress.ts'
import { differing, isCheckAsked, writeFiles } from '../kit/made-files.ts'
import { drawn, type Recorded } from './draw.ts'

const RECORDING = join(import.meta.dirname, '../results/dashboards.json')
const PICTURES = join(import.meta.dirname, '../../docs/images')

export const dashboards = async (args: string[], say: Say): Promise<void> => {
  const isCheck = isCheckAsked(args, 'dashboards')
  const recorded: Recorded = JSON.parse(readFileSync(RECORDING, 'utf8'))
  const files = Object.fromEntries(
    DASHBOARDS.map((dashboard) => [`dashboard-${dashboard.name}.svg`, drawn(dashboard, recorded)]),
  )
  if (!isCheck) writeFiles(PICTURES, files)
  const wrong = differing(PICTURES, files)
  if (wrong.length > 0)
    throw new Error(`not as they were recorded: ${wrong.join(', ')}: npm run lab -- dashboards`)
  say(`${Object.keys(files).length} pictures in docs/images are drawn from ${RECORDING}`)
}
