import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { type KeySet, keyInUse, macKeys, signingKeys } from '../lib/accounts/keys.ts'
import { readAccountsConfig } from '../lib/config/accounts.ts'
import { rotateKeys } from './rotate-keys.ts'

const DAY_MS = 24 * 60 * 60_000
const AT_MS = Date.parse('2026-03-01T12:00:00.500Z')
let directory: string
let file: string
let said: string[]

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'rotate-keys-'))
  file = join(directory, 'keys.json')
  said = []
})
afterEach(() => rmSync(directory, { recursive: true }))

const rotate = (atMs = AT_MS, name = file) =>
  rotateKeys(
    [name],
    (line) => said.push(line),
    () => atMs,
  )
const keySet = (): KeySet => JSON.parse(readFileSync(file, 'utf8'))
const secrets = () => [...signingKeys(keySet()).map(({ d }) => d), ...macKeys(keySet()).map(({ k }) => k)]
const modeOf = (name: string) => statSync(name).mode & 0o777

test('creates a file that only its owner can read, which the service accepts, with keys that sign at once', async () => {
  await rotate()
  expect(modeOf(file)).toBe(0o600)
  expect(readdirSync(directory)).toEqual(['keys.json'])
  expect(readAccountsConfig({ ACCOUNTS: 'on', ACCOUNTS_KEYS: file })?.keys).toEqual(keySet())
  const [signing, mac] = keySet().keys
  expect(said).toEqual([
    `${file}: created with the keys ${signing?.kid} (ES256) and ${mac?.kid} (HS256)`,
    'The new keys sign at once.',
  ])
})

test('adds keys that sign 15 minutes later, says so, and keeps it from everybody but its owner and group', async () => {
  await rotate()
  chmodSync(file, 0o644)
  const old = keySet()
  said = []
  await rotate(AT_MS + 1_000)
  expect(modeOf(file)).toBe(0o640)
  const both = keySet()
  expect(both.keys.slice(0, 2)).toEqual(old.keys)
  expect(both.keys).toHaveLength(4)
  const [signing, mac] = both.keys.slice(2)
  expect(said).toEqual([
    `${file}: added the keys ${signing?.kid} (ES256) and ${mac?.kid} (HS256)`,
    'The new keys sign from 2026-03-01T12:15:01.000Z.',
    'Start every instance anew with this file before that: one that lacks a key refuses its tokens.',
  ])
  const at = (text: string) => keyInUse(signingKeys(both), Date.parse(text) / 1000).kid
  expect(at('2026-03-01T12:15:00.999Z')).toBe(old.keys[0]?.kid)
  expect(at('2026-03-01T12:15:01Z')).toBe(signing?.kid)
})

test('drops keys that have served, and names them', async () => {
  await rotate()
  const [signing, mac] = keySet().keys
  await rotate(AT_MS + DAY_MS)
  said = []
  await rotate(AT_MS + 40 * DAY_MS)
  expect(said[1]).toBe(`Dropped, as no token of theirs is valid any more: ${signing?.kid}, ${mac?.kid}`)
  expect(keySet().keys).toHaveLength(4)
})

test('prints no key', async () => {
  for (let day = 0; day < 3; day += 1) await rotate(AT_MS + day * DAY_MS)
  for (const secret of secrets()) expect(said.join('\n')).not.toContain(secret)
})

test('writes the file that a link leads to', async () => {
  await rotate()
  const link = join(directory, 'link.json')
  symlinkSync(file, link)
  await rotate(AT_MS, link)
  expect(keySet().keys).toHaveLength(4)
  expect(readFileSync(link, 'utf8')).toBe(readFileSync(file, 'utf8'))
})

test.each(['', '{', '{"keys":[]}', 'a secret'])(
  'leaves a file alone that is no key set, and does not show it: %j',
  async (text) => {
    writeFileSync(file, text)
    await expect(rotate()).rejects.toThrow(/(is not a private key set: it as a whole|needs a key of .*)$/)
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(readdirSync(directory)).toEqual(['keys.json'])
    expect(said).toEqual([])
  },
)

test('loses no key of two rotations at once: one of them is refused, or both are in the file', async () => {
  await rotate()
  const outcomes = await Promise.allSettled([rotate(), rotate(), rotate()])
  const succeeded = outcomes.filter(({ status }) => status === 'fulfilled').length
  expect(succeeded).toBeGreaterThan(0)
  expect(keySet().keys).toHaveLength(2 + 2 * succeeded)
})

test('never takes a file that it cannot read for one that is not there', async () => {
  await expect(rotate(AT_MS, directory)).rejects.toThrow(`cannot read ${directory}`)
  expect(existsSync(`${directory}.new`)).toBe(false)
})

test('does not run beside another rotation, and leaves its file to it', async () => {
  await rotate()
  const before = readFileSync(file, 'utf8')
  writeFileSync(`${file}.new`, 'of the other')
  await expect(rotate()).rejects.toThrow(`cannot create ${file}.new: another rotation is running`)
  expect(readFileSync(`${file}.new`, 'utf8')).toBe('of the other')
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('takes one file', async () => {
  for (const args of [[], [''], ['a', 'b']])
    await expect(rotateKeys(args, () => undefined, Date.now)).rejects.toThrow('usage: npm run rotate-keys')
  await expect(rotate(AT_MS, join(directory, 'no', 'such', 'folder'))).rejects.toThrow('cannot create')
})
