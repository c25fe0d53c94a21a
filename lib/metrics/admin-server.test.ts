import { afterAll, expect, test } from '@jest/globals'
import { listenForScrapes } from './admin-server.ts'

const HOST = '127.0.0.1'
let page: () => Promise<string> = async () => 'dialogs_lanes_count 1\n'
const { port, close } = await listenForScrapes({ host: HOST, port: 0 }, () => page())
afterAll(close)

const ask = (path: string, method = 'GET') => fetch(`http://${HOST}:${port}${path}`, { method })

test('GET /metrics is the page, in the format of Prometheus', async () => {
  const reply = await ask('/metrics')
  expect(reply.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(await reply.text()).toBe('dialogs_lanes_count 1\n')
  expect((await ask('/metrics?name[]=dialogs_lanes')).status).toBe(200)
  expect(await (await ask('/metrics', 'HEAD')).text()).toBe('')
})

test.each(['/', '/health', '/metrics/', '/Metrics', '//metrics', '/dialogs', '/openapi.json', '/%6detrics'])(
  'there is nothing at %s',
  async (path) => {
    const reply = await ask(path)
    expect([reply.status, await reply.text()]).toEqual([404, ''])
  },
)

test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is not allowed', async (method) => {
  const reply = await ask('/metrics', method)
  expect([reply.status, reply.headers.get('allow'), await reply.text()]).toEqual([405, 'GET, HEAD', ''])
})

test('a page that cannot be made is no page, and the next one is made again', async () => {
  const working = page
  page = async () => {
    throw new Error('no page')
  }
  expect((await ask('/metrics')).status).toBe(500)
  page = working
  expect((await ask('/metrics')).status).toBe(200)
})

test('a port that is taken is refused', async () => {
  await expect(listenForScrapes({ host: HOST, port }, page)).rejects.toThrow('EADDRINUSE')
})
