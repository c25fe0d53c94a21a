/** What must hold. */
import { expect } from '@jest/globals'
import { PROBLEMS } from '../../lib/http/problem.ts'
import document from '../../openapi.json' with { type: 'json' }
import type { HttpReply, Service } from '../world/service.ts'
import type { Person } from './given.ts'
import { they_list_everything } from './when.ts'

/** RFC 6750: without a token, and with one. */
const CHALLENGES = ['Bearer realm="dialogs"', 'Bearer realm="dialogs", error="invalid_token"']

/** Checks the format of errors, the code, and the headers that belong to the status; returns the body. */
export const it_is_refused = (reply: HttpReply, kind: keyof typeof PROBLEMS) => {
  const { status, code, message } = PROBLEMS[kind]
  const body = JSON.parse(reply.text)
  expect({ status: reply.status, code: body.code, message: body.message }).toEqual({ status, code, message })
  expect(body.request_id).toBe(reply.headers['x-request-id'])
  expect(Array.isArray(body.errors)).toBe(status === 400)
  expect(CHALLENGES.includes(reply.headers['www-authenticate'] ?? '')).toBe(status === 401)
  expect(/^\d+$/.test(reply.headers['retry-after'] ?? '')).toBe(status === 429 || status === 503)
  return body
}

export const it_succeeds = <Body>(reply: HttpReply): Body => {
  expect({ status: reply.status, ...(reply.status !== 200 && { text: reply.text }) }).toEqual({ status: 200 })
  return JSON.parse(reply.text)
}

/** Without a body. */
export const it_is_done = (reply: HttpReply): void =>
  expect({ status: reply.status, text: reply.text }).toEqual({ status: 204, text: '' })

/** Checks that the whole dialog, newest first, is the same for both sides: every message once, in the order of ids. */
export const the_dialog_holds = async (service: Service, one: Person, other: Person, texts: string[]) => {
  const mine = await they_list_everything(service, one, other)
  const theirs = await they_list_everything(service, other, one)
  expect(theirs).toEqual(mine)
  expect(mine.map(({ text }) => text).sort()).toEqual([...texts].sort())
  const ids = mine.map(({ id }) => id)
  expect(ids).toEqual([...new Set(ids)].sort().reverse())
  return mine
}

/** Checks that openapi.json has this status for the operation. */
export const it_is_declared = (operation: string, { status }: HttpReply) => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  const responses = operations.find(({ operationId }) => operationId === operation)?.responses ?? {}
  expect(Object.keys(responses)).toContain(String(status))
}
