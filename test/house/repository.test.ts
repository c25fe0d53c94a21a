import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
const lines = (text: string) => text.trimEnd().split('\n').length
/** Of the product and of the lab: the version by the name. */
const dependencies = (): Record<string, string> => {
  const manifests = ['package.json', 'lab/package.json'].map((name) => JSON.parse(read(name)))
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies']
  return Object.assign({}, ...manifests.flatMap((manifest) => kinds.map((kind) => manifest[kind])))
}

const README_LINES = 100

describe('the repository', () => {
  test('has a lockfile without addresses, and exact versions', () => {
    expect(read('package-lock.json')).not.toMatch(/"resolved": (?!"lab")|https?:\/\/[^"]*registry/)
    const versions = Object.values(dependencies())
    expect(versions.filter((version) => !/^(npm:\w+@)?\d+\.\d+\.\d+$/.test(String(version)))).toEqual([])
  })

  test('explains every dependency', () => {
    const table = read('docs/dependencies.md')
    const names = Object.keys(dependencies())
    expect(names.filter((name) => !table.includes(`| ${name} |`))).toEqual([])
  })

  test('has a README that is short enough to be read', () => {
    expect(lines(read('README.md'))).toBeLessThan(README_LINES)
  })

  test('explains every variable that it reads, and hands those of the functions to Lambda', () => {
    const variables = (isRead: (name: string) => boolean) => {
      const texts = files.filter((name) => /^lib\/config\/[\w-]+\.ts$/.test(name) && isRead(name)).map(read)
      return [
        ...new Set([...texts.join('\n').matchAll(/\b([A-Z][A-Z_]{3,}): [a-z]/g)].map(([, name]) => name)),
      ]
    }
    const all = variables(() => true)
    expect(all.length).toBeGreaterThan(20)
    expect(all.filter((name) => !read('docs/configuration.md').includes(`\`${name}\``))).toEqual([])
    // The server and the embedded store are not deployed, migrating happens elsewhere, Lambda names its functions itself.
    const deployed = variables((name) => !/\/(server|embedded)\.ts$/.test(name)).filter(
      (name) => name !== 'CQL_REPLICATION' && name !== 'AWS_LAMBDA_FUNCTION_NAME',
    )
    expect(deployed.length).toBeGreaterThan(15)
    expect(deployed.filter((name) => !read('serverless.yml').includes(`${name}: `))).toEqual([])
  })

  test('numbers its decision records without a gap, and lists each', () => {
    const names = files.flatMap((name) => /^docs\/decisions\/(\d.*)$/.exec(name)?.[1] ?? []).sort()
    const numbers = names.map((name) => Number(name.slice(0, 4)))
    expect(numbers).toEqual(names.map((_, index) => index + 1))
    const list = read('docs/decisions/README.md')
    expect(names.filter((name) => !list.includes(`](${name})`))).toEqual([])
    const titles = names.map((name) => read(`docs/decisions/${name}`).split('. ')[0])
    expect(titles).toEqual(numbers.map((number) => `# ${number}`))
  })

  test('links only to files that are there', () => {
    const documents = files.filter((name) => name.endsWith('.md'))
    const broken = documents.flatMap((name) =>
      [...read(name).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)]
        .map(([, target]) => join(name, '..', String(target)))
        .filter(
          (target) =>
            !files.some((file) => file === target || file.startsWith(`${target.replace(/\/$/, '')}/`)),
        )
        .map((target) => `${name} -> ${target}`),
    )
    expect(broken).toEqual([])
  })
})
