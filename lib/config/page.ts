/** What the chat page is told: SOCKET_URL. */
import * as z from 'zod'
import { check, type Environment } from './environment.ts'

export type PageConfig = {
  /** Where the page opens its WebSocket; absent: beside itself, at `socket`. */
  socketUrl?: string
}

/** It ends up in an attribute and in a header: nothing that would have to be escaped in either. */
const socketUrl = z
  .string()
  .regex(/^wss?:\/\/[\w.:[\]-]+(\/[\w./~-]*)?$/, 'must be like wss://socket.example/stage')

const pageVariables = z.object({
  SOCKET_URL: socketUrl.optional(),
})

/** @throws Fault `misconfigured` */
export const readPageConfig = (env: Environment): PageConfig => {
  const { SOCKET_URL } = check(pageVariables, env)
  return SOCKET_URL === undefined ? {} : { socketUrl: SOCKET_URL }
}
