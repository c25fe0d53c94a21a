/** An emulated AWS account on this machine: ministack, without Docker, on loopback, runs functions with our own Node. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { answers, freePort } from '../../dev/database/cassandra/ports.ts'
import { own } from '../../dev/process.ts'
import { pythonTool } from '../../dev/python-tool.ts'

const PACKAGE = 'ministack==1.5.33'
const REGION = 'eu-central-1'
const HOST = '127.0.0.1'
const say = (line: string) => void process.stderr.write(`${line}\n`)

export const a_cloud = async () => {
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-cloud-'))
  const port = await freePort(HOST)
  const emulator = await own('python3', ['-m', 'ministack'], {
    cwd: directory,
    env: {
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      PYTHONPATH: await pythonTool(PACKAGE, process.env, say),
      HOME: directory,
      TMPDIR: directory,
      STATE_DIR: directory,
      S3_DATA_DIR: directory,
      BIND_HOST: HOST,
      GATEWAY_PORT: String(port),
      // It would listen on all addresses of the machine, regardless of BIND_HOST.
      IOT_MTLS_ENABLED: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let end: string | undefined
  emulator.ended.then((how) => {
    end = how
  })
  const words = Promise.all([emulator.child.stdout, emulator.child.stderr].map((one) => one && text(one)))
  while (!(await answers(HOST, port))) {
    if (end) throw new Error(`ministack ended while it was starting (${end})\n${(await words).join('')}`)
  }
  const url = `http://${HOST}:${port}`
  /** Only the credential tells which service a request is for. */
  const ask = async (service: string, path: string) => {
    const scope = `Credential=test/20260101/${REGION}/${service}/aws4_request`
    return (await fetch(`${url}${path}`, { headers: { authorization: `AWS4-HMAC-SHA256 ${scope}` } })).json()
  }
  return {
    url,
    /** The ids of HTTP and WebSocket APIs. */
    gateways: async () => {
      const { items } = (await ask('apigateway', '/v2/apis')) as { items: { apiId: string }[] }
      return items.map(({ apiId }) => apiId)
    },
    functions: async () => {
      const { Functions } = (await ask('lambda', '/2015-03-31/functions')) as {
        Functions: { FunctionName: string }[]
      }
      return Functions.map(({ FunctionName }) => FunctionName)
    },
    /** The environment for deploying to it. */
    variables: {
      AWS_ENDPOINT_URL: url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: REGION,
    },
    stop: async () => {
      await emulator.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
