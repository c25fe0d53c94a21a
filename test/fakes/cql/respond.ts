/** The reply of one node to a frame. */
import { createHash } from 'node:crypto'
import type { Database } from './database.ts'
import {
  type Frame,
  type Kind,
  readLongString,
  readShortBytes,
  readValues,
  response,
  short,
} from './frame.ts'
import { ERRORS, errorBody, keyspaceSet, preparedBody, rowsBody, VOID } from './reply.ts'
import type { Table } from './table.ts'

/**
 * `silent`: accepts connections, answers no frame; `resetting`: resets every connection; `greeting`: answers everything
 * except statements; `overloaded`: answers statements with that error; `dead`: does not listen.
 */
export const BEHAVIOURS = ['answering', 'silent', 'resetting', 'greeting', 'overloaded', 'dead'] as const
export type Behaviour = (typeof BEHAVIOURS)[number]
export type Asked = { kind: Kind; cql: string }
/**
 * A statement gets no answer, or the error that the node is overloaded. Misdirected, that error goes to whatever waits on
 * stream 0: a fault of Cassandra 5.0.
 */
export type Interception = 'silence' | 'refusal' | 'misdirected refusal'
export type Surroundings = {
  port: number
  database: Database
  systemTable: (name: string) => Table | undefined
  interceptionOf: (asked: Asked) => Interception | undefined
}
type Reply = [Kind, Buffer, stream?: number]

const STATEMENTS: Kind[] = ['QUERY', 'PREPARE', 'EXECUTE']
const OVERLOADED: [Kind, Buffer] = ['ERROR', errorBody(ERRORS.overloaded, 'too much')]

/** Undefined: no reply. */
export type Respond = (kind: Kind, frame: Frame, behaviour: Behaviour) => Buffer | undefined

export const responder = ({ database, systemTable, interceptionOf }: Surroundings): Respond => {
  const prepared = new Map<string, string>()
  const prepare = (cql: string): Reply => {
    const compiled = database.compile(cql, systemTable)
    if (compiled === 'done') throw new Error(`not to be prepared: ${cql}`)
    const id = createHash('md5').update(cql).digest()
    prepared.set(id.toString('latin1'), cql)
    return ['RESULT', preparedBody(id, String(database.keyspaces.at(-1)), compiled)]
  }
  const run = (cql: string, body: Buffer, end: number): Reply => {
    const compiled = database.compile(cql, systemTable)
    const rows = compiled === 'done' ? undefined : compiled.run(readValues(body, end))
    const [, keyspace] = /^USE "?(\w+)/.exec(cql) ?? []
    if (keyspace) return ['RESULT', keyspaceSet(keyspace)]
    return ['RESULT', rows ? rowsBody(rows) : VOID]
  }
  const answerTo = (kind: Kind, body: Buffer, { cql, end }: ReturnType<typeof statementIn>): Reply => {
    if (cql === undefined)
      return ['ERROR', errorBody(ERRORS.unprepared, 'not prepared', body.subarray(0, end))]
    try {
      return kind === 'PREPARE' ? prepare(cql) : run(cql, body, end)
    } catch (error) {
      return ['ERROR', errorBody(ERRORS.invalid, (error as Error).message)]
    }
  }
  const answerStatement = (kind: Kind, body: Buffer): Reply | undefined => {
    const statement = statementIn(kind, body, prepared)
    const interception = interceptionOf({ kind, cql: statement.cql ?? '' })
    if (interception === 'refusal') return OVERLOADED
    if (interception === 'misdirected refusal') return [...OVERLOADED, 0]
    return interception ? undefined : answerTo(kind, body, statement)
  }
  return (kind, { stream, body }, behaviour) => {
    if (behaviour === 'silent') return undefined
    if (kind === 'OPTIONS') return response('SUPPORTED', stream, short(0))
    if (!STATEMENTS.includes(kind)) return response('READY', stream)
    if (behaviour === 'greeting') return undefined
    const reply = behaviour === 'overloaded' ? OVERLOADED : answerStatement(kind, body)
    if (!reply) return undefined
    const [replied, answer, misdirectedTo = stream] = reply
    return response(replied, misdirectedTo, answer)
  }
}

/** `cql` is undefined for an id that was not prepared here; the parameters begin at `end`. */
const statementIn = (kind: Kind, body: Buffer, prepared: Map<string, string>) => {
  if (kind === 'EXECUTE') {
    const { bytes, end } = readShortBytes(body)
    return { cql: prepared.get(bytes.toString('latin1')), end }
  }
  const { text, end } = readLongString(body)
  return { cql: text, end }
}
