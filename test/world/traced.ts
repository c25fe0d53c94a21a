/** Records every statement that this process sends, and the database's own trace of each. */
import { Client, type QueryOptions, types } from 'cassandra-driver'

export type Traced = {
  /** On one line. */
  cql: string
  parameters: unknown[]
  /** Whether another statement was in flight when it was sent. */
  isBeside: boolean
  /** Statement, values and every step, from the database's `system_traces`. */
  trace: () => Promise<{ parameters: Record<string, string>; activities: string[] }>
}

type Execute = (cql: string, parameters: unknown[], options: QueryOptions) => Promise<types.ResultSet>

/** The statements that are sent during the work; only the flag that requests a trace is added to them. */
export const statements_of = async <T>(
  work: () => Promise<T>,
): Promise<{ result: T; statements: Traced[] }> => {
  const prototype = Client.prototype as unknown as { execute: Execute }
  const { execute } = prototype
  const statements: Traced[] = []
  let onTheirWay = 0
  prototype.execute = async function (this: Client, cql, parameters, options) {
    const isBeside = onTheirWay > 0
    onTheirWay += 1
    const sent = execute.call(this, cql, parameters, { ...options, traceQuery: true })
    const trace = async () => {
      const { traceId } = (await sent).info
      const { parameters: told, events } = await this.metadata.getTrace(traceId, types.consistencies.one)
      return {
        parameters: told as unknown as Record<string, string>,
        activities: events.map(({ activity }) => activity),
      }
    }
    statements.push({ cql: cql.replace(/\s+/g, ' '), parameters, isBeside, trace })
    try {
      return await sent
    } finally {
      onTheirWay -= 1
    }
  }
  try {
    return { result: await work(), statements }
  } finally {
    prototype.execute = execute
  }
}

/** A statement, and the key of the partition that it is about. */
export type Named = { cql: string; partition: unknown[] }

export const named = (statements: Traced[]): Named[] =>
  statements.map(({ cql, parameters }) => ({
    cql,
    partition: parameters.slice(0, / messages /.test(cql) ? 2 : 1),
  }))
