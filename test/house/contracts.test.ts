import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { CONTRACTS, SOCKET } from '../../bin/operations.ts'
import { openApiDocument } from '../../lib/contract/openapi.ts'
import { PROBLEMS } from '../../lib/http/problem.ts'
import { isUserId } from '../../lib/model/ids.ts'
import { textIssue } from '../../lib/model/message.ts'
import document from '../../openapi.json' with { type: 'json' }

const ROOT = join(import.meta.dirname, '../..')
const read = (name: string) => readFileSync(join(ROOT, name), 'utf8')

type Route = { httpApi?: string; websocket?: string | { route: string } }
type ServerlessFunction = { handler: string; events: Route[] }
type Functions = Record<string, ServerlessFunction>
/** `send-message: POST /dialog/{user_id}/send`, from the functions of a serverless.yml. */
const routesIn = (functions: Functions): string[] =>
  Object.entries(functions)
    .flatMap(([name, { handler, events }]) => events.map((event) => `${name}: ${handler} ${routeOf(event)}`))
    .sort()
const routeOf = ({ httpApi, websocket }: Route) =>
  httpApi ?? (typeof websocket === 'string' ? websocket : `${websocket?.route} answered by its result`)
/** Those that are always deployed, those of accounts, and those of connections. */
const routesOf = (yaml: string) => {
  const { functions, custom } = parse(yaml)
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is a variable of that file.
  expect(functions[1]).toBe("${self:custom.accounts.${env:ACCOUNTS, 'off'}}")
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as above.
  expect(functions[2]).toBe("${self:custom.push.functions.${env:PUSH, 'off'}}")
  return {
    always: routesIn(functions[0]),
    ofAccounts: routesIn(custom.accounts.on),
    ofConnections: routesIn(custom.push.functions.on),
  }
}

const kebab = (operation: string) => operation.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
const promisedBy = (contracts: typeof CONTRACTS) =>
  contracts
    .map(({ operation, method, path }) => {
      const name = kebab(operation)
      return `${name}: functions/${name}.handler ${method} ${path}`
    })
    .sort()
/** What an API Gateway calls the three kinds of event. */
const EVENTS = {
  connect: '$connect',
  frame: '$default answered by its result',
  disconnect: '$disconnect',
} satisfies Record<keyof typeof SOCKET, string>
const promised = {
  always: promisedBy(CONTRACTS.filter(({ ofAccounts }) => !ofAccounts)),
  ofAccounts: promisedBy(CONTRACTS.filter(({ ofAccounts }) => ofAccounts)),
  ofConnections: Object.entries(EVENTS)
    .map(([kind, route]) => `socket-${kind}: functions/socket-${kind}.handler ${route}`)
    .sort(),
}

describe('one contract', () => {
  test('is what serverless.yml routes, one function an operation', () => {
    expect(routesOf(read('serverless.yml'))).toEqual(promised)
    expect(readdirSync(join(ROOT, 'functions')).sort()).toEqual(
      [
        ...CONTRACTS.map(({ operation }) => `${kebab(operation)}.ts`),
        ...Object.keys(SOCKET).map((kind) => `socket-${kind}.ts`),
      ].sort(),
    )
  })

  test('is what each function of a connection serves', async () => {
    for (const [kind, served] of Object.entries(SOCKET))
      expect((await import(`../../functions/socket-${kind}.ts`)).on).toBe(served)
  })

  test('is what each function serves', async () => {
    for (const contract of CONTRACTS) {
      const { on, handler } = await import(`../../functions/${kebab(contract.operation)}.ts`)
      expect([on.contract, handler.contract]).toEqual([contract, contract])
    }
  })

  test('is what openapi.json says', () => {
    expect(JSON.parse(JSON.stringify(openApiDocument(CONTRACTS, PROBLEMS)))).toEqual(document)
  })

  test('gives every fault a distinct code, which begins with its status', () => {
    const problems = Object.values(PROBLEMS)
    expect(new Set(problems.map(({ code }) => code)).size).toBe(problems.length)
    for (const { status, code } of problems) expect(Math.floor(code / 100)).toBe(status)
  })
})

describe('the document can be used from any language:', () => {
  const text = JSON.stringify(document)
  const patternOf = (name: string) => {
    const { parameters, requestBody } = document.paths['/dialog/{user_id}/send'].post
    const { text } = requestBody.content['application/json'].schema.properties
    const pattern =
      name === 'text' ? text.pattern : parameters.find((one) => one.name === name)?.schema.pattern
    return new RegExp(String(pattern), 'u')
  }

  test('no pattern has a lookaround, a backreference, or an escape with \\u', () => {
    const patterns = [...text.matchAll(/"pattern":("(?:[^"\\]|\\.)*")/g)].map(([, json]) =>
      JSON.parse(String(json)),
    )
    expect(patterns.length).toBeGreaterThan(3)
    expect(patterns.filter((pattern) => /\(\?(?!:)|\\u|\\[1-9]/.test(pattern))).toEqual([])
  })

  test('no reply is closed to new fields', () => {
    expect(text).not.toContain('"additionalProperties":false')
  })

  test.each([
    '.',
    '..',
    '...',
    '.a',
    '..a',
    'a.',
    '. ',
    '',
    'a\u0085b',
    'a\u0000',
    '\u{1f680}',
    '..\u007f',
    '\n',
  ])('its pattern for user ids agrees with the service about %j', (id) => {
    expect(patternOf('user_id').test(id)).toBe(isUserId(id))
  })

  test.each([
    'a',
    ' a ',
    '\n',
    ' ',
    '',
    '\ufeff',
    '\u2003\u3000',
    'a\u0000',
    '\u0085',
    '\u200b',
    '\u{1f680}',
  ])('its pattern for texts agrees with the service about %j', (words) => {
    expect(patternOf('text').test(words)).toBe(textIssue(words) === undefined)
  })
})

describe('a difference is detected', () => {
  test('between serverless.yml and the contracts', () => {
    const yaml = read('serverless.yml')
    expect(routesOf(yaml.replace('/dialog/{user_id}/send', '/dialog/{user_id}/post'))).not.toEqual(promised)
    expect(
      routesOf(yaml.replace('functions/check-ready.handler', 'functions/check-health.handler')),
    ).not.toEqual(promised)
    for (const [route, other] of [
      ['websocket: $disconnect', 'websocket: $connect'],
      ['route: $default', 'route: $connect'],
    ] as const)
      expect(routesOf(yaml.replace(route, other.replaceAll('$', '$$$')))).not.toEqual(promised)
  })
})
