import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { foldersIn, forgetMember, type Member, readMembers, writeMember } from './place.ts'

let place: { directory: string; block: string }
beforeEach(async () => {
  place = { directory: await mkdtemp(join(tmpdir(), 'dialogs-members-')), block: '127.0.0' }
})
afterEach(() => rm(place.directory, { recursive: true, force: true }))

const member = (node: number): Member => ({
  node,
  tokens: [-(2n ** 63n), 2n ** 63n - 1n],
  standing: 'joining',
  jmxPort: 7201,
})

test('members are read as they were written, by number, until they are forgotten', async () => {
  for (const node of [9, 2]) await writeMember(place, member(node))
  await writeMember(place, { ...member(2), standing: 'member' })
  expect(await readMembers(place)).toEqual([{ ...member(2), standing: 'member' }, member(9)])
  await forgetMember(place, 2)
  expect(await readMembers(place)).toEqual([member(9)])
})

test('without a cluster there are no members, and neither other files nor an empty folder are one', async () => {
  expect(await readMembers({ ...place, directory: join(place.directory, 'nowhere') })).toEqual([])
  await mkdir(join(place.directory, 'node-3'))
  await mkdir(join(place.directory, 'node-x'))
  expect(await readMembers(place)).toEqual([])
  expect(await foldersIn(place)).toEqual([3])
})

test.each([
  '',
  '{',
  '{"tokens":[],"standing":"member","jmxPort":1}',
  '{"tokens":["1.5"],"standing":"member","jmxPort":1}',
])('a foreign file like %j is refused with advice; `down` still finds its folder', async (content) => {
  await writeMember(place, member(1))
  await writeFile(join(place.directory, 'node-1', 'member.json'), content)
  await expect(readMembers(place)).rejects.toThrow(/node-1\/member\.json is not what was written.*down/)
  expect(await foldersIn(place)).toEqual([1])
})
