/** A database for one test, with TLS and passwords, that can be killed and started again. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { findEngine } from '../../dev/database/cassandra/engine.ts'
import { startNode } from '../../dev/database/cassandra/node.ts'
import { freePort } from '../../dev/database/cassandra/ports.ts'

const run = promisify(execFile)
const HOST = '127.0.0.1'
const PASSWORD = 'keystore'

/** @throws Error when this machine has no suitable Java: faults are always tested on Cassandra */
export const a_secured_node = async () => {
  const engine = await findEngine(process.env, () => undefined)
  const directory = await mkdtemp(join(tmpdir(), 'dialogs-secured-'))
  const keystore = join(directory, 'keystore.p12')
  const ca = join(directory, 'ca.pem')
  const store = ['-keystore', keystore, '-storepass', PASSWORD, '-alias', 'node']
  const subject = ['-dname', 'CN=node', '-ext', `san=ip:${HOST}`, '-validity', '2']
  await run('keytool', ['-genkeypair', ...store, '-storetype', 'PKCS12', '-keyalg', 'RSA', ...subject])
  await run('keytool', ['-exportcert', ...store, '-rfc', '-file', ca])
  const settings = {
    directory,
    address: HOST,
    nativePort: await freePort(HOST),
    storagePort: await freePort(HOST),
    secured: { keystore, keystorePassword: PASSWORD },
  }
  const start = () => startNode(settings, engine)
  let node = await start()
  return {
    variables: {
      CQL_CONTACT_POINTS: HOST,
      CQL_PORT: String(settings.nativePort),
      CQL_REPLICATION: 'datacenter1:1',
      CQL_USERNAME: 'cassandra',
      CQL_PASSWORD: 'cassandra',
      CQL_TLS: 'on',
      CQL_TLS_CA: ca,
    },
    /** Ends the process without a chance to shut down. */
    kill: async () => {
      node.child.kill('SIGKILL')
      await node.ended
    },
    pause: () => void node.child.kill('SIGSTOP'),
    resume: () => void node.child.kill('SIGCONT'),
    /** Resolves when the port accepts connections again. */
    startAgain: async () => {
      node = await start()
    },
    remove: async () => {
      node.child.kill('SIGCONT')
      await node.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
