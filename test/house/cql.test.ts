import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { readMigrations } from '../../lib/store/migrations.ts'
import { SCHEMA_VERSION } from '../../lib/store/schema-versions.ts'
import { issuesOfCql, issuesOfMigration } from './forbidden-cql.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDERS = ['lib/store', 'dev/inspect']
const migrations = readMigrations(join(ROOT, 'cql/migrations'))

/** Every string in a file that looks like a statement. */
const cqlIn = (source: string): string[] =>
  [
    ...source.matchAll(/(['"`])((?:SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|BEGIN)\s(?:(?!\1)[\s\S])*)\1/g),
  ].map(([, , cql]) => String(cql))

describe('the CQL', () => {
  test('of the store, and of npm run inspect, is portable and reads no more than it needs', () => {
    const files = FOLDERS.flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true })
        .map((name) => join(folder, String(name)))
        .filter((name) => /^[\w/-]+\.ts$/.test(name)),
    )
    const statements = files.flatMap((name) => cqlIn(readFileSync(join(ROOT, name), 'utf8')))
    for (const table of ['messages', 'buckets', 'inbox', 'schema_versions', 'system.tablets'])
      expect(statements.join()).toContain(` FROM ${table} `)
    expect(statements.flatMap((cql) => issuesOfCql(cql).map((issue) => `${issue}: ${cql}`))).toEqual([])
  })

  test('of migrations only creates tables and adds columns', () => {
    const statements = migrations.flatMap((migration) => migration.statements)
    expect(statements.flatMap((cql) => issuesOfMigration(cql).map((issue) => `${issue}: ${cql}`))).toEqual([])
  })

  test('that the code relies on is the newest migration', () => {
    expect(SCHEMA_VERSION).toBe(migrations.length)
  })
})

describe('the lint of CQL catches', () => {
  test.each([
    'SELECT a FROM t WHERE b = ? ALLOW FILTERING',
    'select * from t',
    'CREATE INDEX i ON t (a)',
    'CREATE MATERIALIZED VIEW v AS SELECT a FROM t',
    'CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY, n counter)',
    'BEGIN BATCH INSERT INTO t (k) VALUES (?) APPLY BATCH',
    "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY) WITH compression = {'class': 'x'}",
    "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY) WITH speculative_retry = '99p'",
    "CREATE TABLE IF NOT EXISTS t (k int PRIMARY KEY) WITH compaction = {'class': 'UnifiedCompactionStrategy'}",
    "CREATE KEYSPACE k WITH tablets = {'enabled': true}",
    'SELECT a FROM t WHERE b = :name',
    'INSERT INTO inbox (owner_id, bucket, peer_id, last_id) VALUES (?, ?, ?, ?)',
    'DELETE FROM inbox WHERE owner_id = ? AND bucket = ? AND peer_id = ?',
    'UPDATE buckets SET read_low = ? WHERE dialog_id = ?',
    'INSERT INTO buckets (dialog_id, listed_high) VALUES (?, ?)',
  ])('%s', (cql) => {
    expect(issuesOfCql(cql)).toHaveLength(1)
  })

  test.each([
    'ALTER TABLE t ADD a int',
    'ALTER TABLE t ADD a set<text>',
    'ALTER TABLE t ADD a bigint STATIC',
  ])('nothing in a migration that adds one column: %s', (cql) => {
    expect(issuesOfMigration(cql)).toEqual([])
  })

  test.each([
    'DROP TABLE t',
    'ALTER TABLE t DROP a',
    'CREATE TABLE t (k int PRIMARY KEY)',
    'TRUNCATE t',
    'ALTER TABLE t ADD (a int, b int)',
    'ALTER TABLE t ADD a int, b int',
    'ALTER TABLE t ADD a int STATIC, b int',
    'ALTER TABLE t ALTER a TYPE text',
  ])('in a migration: %s', (cql) => {
    expect(issuesOfMigration(cql)).toEqual([
      'only CREATE TABLE IF NOT EXISTS, and ALTER TABLE ... ADD of one column',
    ])
  })
})
