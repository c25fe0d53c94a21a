/** `npm run dashboards`: writes observe/dashboards and observe/rules.yaml; with `--check`, fails when they differ. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail } from '../bin/fail.ts'
import { DASHBOARDS } from './observe/all.ts'
import { grafanaText } from './observe/grafana.ts'
import { rulesText } from './observe/rules.ts'

const FOLDER = join(import.meta.dirname, '../observe')
const MADE_BY = '# Made by `npm run dashboards` from dev/observe/alerts.ts.\n'

const files: Record<string, string> = {
  'rules.yaml': MADE_BY + rulesText(),
  ...Object.fromEntries(
    DASHBOARDS.map((dashboard) => [join('dashboards', `${dashboard.name}.json`), grafanaText(dashboard)]),
  ),
}

const write = () => {
  mkdirSync(join(FOLDER, 'dashboards'), { recursive: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(FOLDER, name), text)
}

/** Also a dashboard that nothing makes any more: Grafana would show it. */
const check = () => {
  const there = readdirSync(join(FOLDER, 'dashboards')).map((name) => join('dashboards', name))
  const differs = (name: string) => readFileSync(join(FOLDER, name), 'utf8') !== files[name]
  const wrong = [...new Set([...there, 'rules.yaml', ...Object.keys(files)])].filter(
    (name) => files[name] === undefined || differs(name),
  )
  if (wrong.length > 0)
    fail(new Error(`observe/ is not what dev/observe says: ${wrong.join(', ')}: npm run dashboards`))
}

if (process.argv.includes('--check')) check()
else write()
