import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { CONTRACTS } from '../../lib/contract/all.ts'
import { openApiDocument } from '../../lib/contract/openapi.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import document from '../../openapi.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')

type ServerlessFunction = { handler: string; events: { httpApi: string }[] }
/** `send-message: POST /dialog/{user_id}/send`, from a serverless.yml. */
const routesOf = (yaml: string): string[] =>
  Object.entries(parse(yaml).functions as Record<string, ServerlessFunction>)
    .flatMap(([name, { handler, events }]) => events.map(({ httpApi }) => `${name}: ${handler} ${httpApi}`))
    .sort()

const kebab = (operation: string) => operation.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const promised = CONTRACTS.map(({ operation, method, path }) => {
  const name = kebab(operation)
  return `${name}: functions/${name}.handler ${method} ${path}`
}).sort()

describe('one contract', () => {
  test('is what serverless.yml routes, one function an operation', () => {
    expect(routesOf(read('serverless.yml'))).toEqual(promised)
    expect(readdirSync(join(ROOT, 'functions')).sort()).toEqual(
      CONTRACTS.map(({ operation }) => `${kebab(operation)}.ts`).sort(),
    )
  })

  test('is what each function serves', () => {
    for (const { operation } of CONTRACTS) {
      expect(read(`functions/${kebab(operation)}.ts`)).toContain(`endpoint(${operation}Contract, `)
    }
  })

  test('is what openapi.json says', () => {
    expect(JSON.parse(JSON.stringify(openApiDocument(CONTRACTS, PROBLEMS)))).toEqual(document)
  })

  test('gives every fault a code of its own, which begins with its status', () => {
    const problems = Object.values(PROBLEMS)
    expect(new Set(problems.map(({ code }) => code)).size).toBe(problems.length)
    for (const { status, code } of problems) expect(Math.floor(code / 100)).toBe(status)
  })
})

describe('a difference is seen', () => {
  test('between serverless.yml and the contracts', () => {
    const yaml = read('serverless.yml')
    expect(routesOf(yaml.replace('/dialog/{user_id}/send', '/dialog/{user_id}/post'))).not.toEqual(promised)
    expect(
      routesOf(yaml.replace('functions/check-ready.handler', 'functions/check-health.handler')),
    ).not.toEqual(promised)
  })
})
