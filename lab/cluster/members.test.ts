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

test('what is kept of a node is read as it was written, in the order of numbers, until it is forgotten', async () => {
  for (const node of [9, 2]) await writeMember(place, member(node))
  await writeMember(place, { ...member(2), standing: 'member' })
  expect(await readMembers(place)).toEqual([{ ...member(2), standing: 'member' }, member(9)])
  await forgetMember(place, 2)
  expect(await readMembers(place)).toEqual([member(9)])
})

test('there are no members where there is no cluster, nor by other files or an empty folder', async () => {
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
])(
  'a file that is not ours, like %j, is refused with what to do; its folder is still found by down',
  async (content) => {
    await writeMember(place, member(1))
    await writeFile(join(place.directory, 'node-1', 'member.json'), content)
    await expect(readMembers(place)).rejects.toThrow(/node-1\/member\.json is not what was written.*down/)
    expect(await foldersIn(place)).toEqual([1])
  },
)
