import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')
const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
const documents = files.filter((name) => name.endsWith('.md'))
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
    // The server, its peers and the embedded store are not deployed, migrating happens elsewhere, Lambda names its functions itself.
    const deployed = variables((name) => !/\/(server|peers|embedded)\.ts$/.test(name)).filter(
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

  test('links only to files and headings that are there', () => {
    const anchors = (name: string) =>
      read(name)
        .split('\n')
        .filter((line) => /^#+ /.test(line))
        .map((line) =>
          line
            .replace(/^#+ /, '')
            .toLowerCase()
            .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
            .replaceAll(' ', '-'),
        )
    const isThere = (target: string, anchor: string | undefined) =>
      files.includes(target)
        ? anchor === undefined || anchors(target).includes(anchor)
        : anchor === undefined && files.some((file) => file.startsWith(`${target.replace(/\/$/, '')}/`))
    const broken = documents.flatMap((name) =>
      [...read(name).matchAll(/\]\((?!https?:)([^)#]*)(?:#([^)]+))?\)/g)]
        .map(([, path, anchor]) => [path ? join(name, '..', path) : name, anchor] as const)
        .filter(([target, anchor]) => !isThere(target, anchor))
        .map(([target, anchor]) => `${name} -> ${target}#${anchor ?? ''}`),
    )
    expect(broken).toEqual([])
  })

  test('names only commands and paths that are there', () => {
    const { scripts } = JSON.parse(read('package.json'))
    const lab = [...read('lab/main.ts').matchAll(/^ {2}(\w+): async \(\) =>/gm)].map(([, command]) => command)
    expect(lab.length).toBeGreaterThan(5)
    const isCommand = (script: string, command: string | undefined) =>
      scripts[script] !== undefined && (script !== 'lab' || command === undefined || lab.includes(command))
    /** Of a file, of a folder, or of a handler as Lambda names it. */
    const isPath = (named: string) => {
      const path = named.replace(/\/$/, '').replace(/\.handler$/, '.ts')
      return files.some((file) => file === path || file.startsWith(`${path}/`))
    }
    const wrong = documents.flatMap((name) => [
      ...[...read(name).matchAll(/npm run (?:-s )?(\w[\w:-]*)(?: -- (\w+))?/g)]
        .filter(([, script, command]) => !isCommand(String(script), command))
        .map(([command]) => `${name}: ${command}`),
      ...[
        ...read(name).matchAll(
          /`((?:bin|cql|dev|docs|examples|functions|lab|lib|load|scripts|test)\/[\w./-]*)`/g,
        ),
      ]
        .filter(([, path]) => !isPath(String(path)))
        .map(([, path]) => `${name}: ${path}`),
    ])
    expect(wrong).toEqual([])
  })
})
