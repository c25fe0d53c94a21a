/** What CQL must not contain: it has to run on ScyllaDB and on Cassandra, and no query may read more than it needs. */
import { ADD_COLUMN } from '../../lib/store/migrations.ts'

const NEEDS_TIMESTAMP = 'what only grows is written with a timestamp made of its value'
const FORBIDDEN: [pattern: RegExp, why: string][] = [
  [/\bALLOW\s+FILTERING\b/i, 'ALLOW FILTERING scans'],
  [/\bSELECT\s+\*/i, 'SELECT * reads columns that are not needed'],
  [/\bCREATE\s+(CUSTOM\s+)?INDEX\b/i, 'secondary indexes query every node'],
  [/\bMATERIALIZED\s+VIEW\b/i, 'materialized views may diverge'],
  [/\bcounter\b/i, 'counter updates cannot be retried'],
  [/\bBEGIN\s+(LOGGED\s+|UNLOGGED\s+|COUNTER\s+)?BATCH\b/i, 'batches span partitions'],
  [/\bcompression\b/i, 'compression options differ between the engines'],
  [/\bper_partition_rate_limit\b/i, 'only ScyllaDB knows per_partition_rate_limit'],
  [/\btablets\s*=/i, 'only ScyllaDB knows tablets'],
  [/\b(Unified|Incremental)CompactionStrategy\b/i, 'only one engine knows this compaction strategy'],
  [/\bspeculative_retry\s*=\s*'(?!99PERCENTILE')/i, "only '99PERCENTILE' is spelt alike"],
  [/\bUSING\s+'sai'/i, 'only Cassandra knows SAI'],
  [/(?<![\w:]):[a-z_]\w*/i, 'only positional markers'],
  // The embedded store, which has no timestamps, compares the values.
  [
    /^(INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+inbox\b(?![\s\S]*\b(USING\s+TIMESTAMP\s+\?|ON\s+CONFLICT\b))/i,
    NEEDS_TIMESTAMP,
  ],
  [
    /^(INSERT\s+INTO|UPDATE)\s+buckets\b(?=[\s\S]*\b(listed|read)_(low|high)\b)(?![\s\S]*\bUSING\s+TIMESTAMP\s+\?)/i,
    NEEDS_TIMESTAMP,
  ],
]
const CREATE_TABLE = /^CREATE TABLE IF NOT EXISTS \w+ \(/

const ONLY_THESE = 'only CREATE TABLE IF NOT EXISTS, and ALTER TABLE ... ADD of one column'

export const issuesOfCql = (cql: string): string[] =>
  FORBIDDEN.filter(([pattern]) => pattern.test(cql)).map(([, why]) => why)

/** A migration may only create tables and add columns: nothing is dropped or changed under a running service. */
export const issuesOfMigration = (statement: string): string[] => [
  ...issuesOfCql(statement),
  ...(CREATE_TABLE.test(statement) || ADD_COLUMN.test(statement) ? [] : [ONLY_THESE]),
]
