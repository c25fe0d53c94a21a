import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { a_service_with_accounts, a_token_of, our_accounts } from '../sentences/accounts.ts'
import { type Answered, send_the_file } from '../world/requests-file.ts'
import { served } from '../world/served-in-memory.ts'

const FILE = join(import.meta.dirname, '../../docs/requests.http')
let server: Awaited<ReturnType<typeof served>>
let answers: Answered[]

beforeAll(async () => {
  const ours = our_accounts()
  server = await served(a_service_with_accounts(ours))
  const token = (user: string) => a_token_of(ours, user)
  answers = await send_the_file(FILE, {
    url: server.url,
    alice: await token('alice'),
    bob: await token('bob'),
  })
})
afterAll(() => server.stop())

test('every request in docs/requests.http is answered with the status in its title', () => {
  expect(answers.length).toBeGreaterThan(15)
  expect(answers.filter(({ announced, status }) => announced !== status)).toEqual([])
})

test('the message that it sends again with the same key is stored once', () => {
  const texts = answers.find(({ title }) => title.includes('nearest to it'))?.text
  expect(JSON.parse(String(texts))).toEqual([expect.objectContaining({ text: 'How are you?' })])
})

test('what it marks as read is shown to the other side', () => {
  const { last, ...shown } = JSON.parse(String(answers.find(({ title }) => title.includes('how far'))?.text))
  expect(shown).toMatchObject({ with: 'bob', unread: 0, read_by_other_up_to: last.id })
})
