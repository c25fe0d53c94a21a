/** The floor: the same statements and the same JSON behind node:http, without credentials, checks, deadlines or a log. */
import { hash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { Client, types } from 'cassandra-driver'

const {
  CQL_CONTACT_POINTS,
  CQL_PORT,
  CQL_KEYSPACE,
  CQL_LOCAL_DATA_CENTER = 'datacenter1',
  PORT,
} = process.env
const INSERT = `INSERT INTO messages (dialog_id, bucket, message_id, sender_id, recipient_id, body) VALUES (?, ?, ?, ?, ?, ?)`
const NEWEST =
  'SELECT bucket, visible_from, listed_low, listed_high, read_low, read_high FROM buckets WHERE dialog_id = ? LIMIT 1'
const INDEX = 'SELECT bucket, visible_from FROM buckets WHERE dialog_id = ? AND bucket <= ? LIMIT ?'
const PAGE =
  'SELECT message_id, sender_id, recipient_id, body FROM messages WHERE dialog_id = ? AND bucket = ? AND message_id < ? LIMIT ?'
const PLAN_MS = 1_000
const LAST_BUCKET = Number.MAX_SAFE_INTEGER
const LAST_ID = 'ffffffff-ffff-7fff-bfff-ffffffffffff'

const client = new Client({
  contactPoints: String(CQL_CONTACT_POINTS).split(','),
  localDataCenter: CQL_LOCAL_DATA_CENTER,
  keyspace: String(CQL_KEYSPACE),
  protocolOptions: { port: Number(CQL_PORT), maxVersion: types.protocolVersion.v4 },
  queryOptions: { consistency: types.consistencies.localQuorum, prepare: true, isIdempotent: true },
})

/** As the service does: statements of one turn of the event loop leave in one write. */
let turn: Promise<void> | undefined
const execute = async (cql: string, parameters: unknown[]) => {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined
      resolve()
    })
  })
  await turn
  return client.execute(cql, parameters)
}

/** As the service computes it: the floor reads the service's dialogs. */
const dialogOf = (one: string, other: string) => {
  const parts = [Buffer.from(one), Buffer.from(other)].sort(Buffer.compare).flatMap((id) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(id.length)
    return [length, id]
  })
  return hash('sha256', Buffer.concat(parts), 'buffer')
}

const idNow = () => {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(Date.now(), 0, 6)
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x70
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5')
}

const plans = new Map<string, number>()
const send = async (from: string, to: string, body: string) => {
  const dialog = dialogOf(from, to)
  const key = dialog.toString('latin1')
  if (!(Date.now() - (plans.get(key) ?? 0) < PLAN_MS)) {
    await execute(NEWEST, [dialog])
    plans.set(key, Date.now())
  }
  const id = idNow()
  await execute(INSERT, [dialog, 0, id, from, to, body])
  return { id, from, to, text: body }
}

const list = async (caller: string, other: string, limit: number) => {
  const dialog = dialogOf(caller, other)
  const [, { rows }] = await Promise.all([
    execute(INDEX, [dialog, LAST_BUCKET, 16]),
    execute(PAGE, [dialog, 0, LAST_ID, limit + 1]),
  ])
  return rows.slice(0, limit).map((row) => ({
    id: String(row['message_id']),
    from: row['sender_id'],
    to: row['recipient_id'],
    text: row['body'],
  }))
}

const server = createServer(async (request, response) => {
  const [path = '', query = ''] = String(request.url).split('?')
  const [, , other = '', verb] = path.split('/')
  // The caller is whoever the header names.
  const caller = String(request.headers['x-user-id'])
  const reply =
    request.method === 'POST'
      ? await send(caller, other, JSON.parse(await text(request)).text)
      : verb === 'list'
        ? await list(caller, other, Number(query.slice('limit='.length)))
        : { status: 'alive' }
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(reply))
})

await client.connect()
server.listen(Number(PORT), '127.0.0.1')
