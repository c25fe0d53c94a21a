/**
 * serverless-offline keeps only the status of a function's answer to `$connect`. Here the function decides the rest as well, as
 * behind an API Gateway: which subprotocol is answered, and the body of a refusal. Frames may be as large as there.
 */
import type { IncomingMessage } from 'node:http'
import { createRequire } from 'node:module'
import { FRAME_MAX_BYTES } from '../../lib/contract/frames.ts'
import type { HttpResponse } from '../../lib/http/exchange.ts'

type Verified = (
  isAccepted: boolean,
  status?: number,
  body?: string,
  headers?: Record<string, string>,
) => void
type Verify = (info: { req: IncomingMessage }, callback: Verified) => void
type OnOpen = (connection: { on: (event: 'error', listener: () => void) => void }, ...more: unknown[]) => void
/** The part of ws, on which serverless-offline is built, that is used here. */
type SocketServer = {
  options: {
    verifyClient: Verify
    handleProtocols?: (offered: Set<string>, request: IncomingMessage) => string | false
    maxPayload: number
  }
  handleUpgrade: (request: unknown, socket: unknown, head: unknown, onOpen: OnOpen) => void
}

const KEY = 'sec-websocket-key'
/** What functions have answered to handshakes that are not complete yet, by the key of the handshake. */
const answers = new Map<unknown, HttpResponse>()

type Fields = Record<string, unknown>

export const isHandshake = (event: Fields): boolean => eventTypeOf(event) === 'CONNECT'
export const isFrame = (event: Fields): boolean => eventTypeOf(event) === 'MESSAGE'
const eventTypeOf = ({ requestContext }: Fields) => (requestContext as Fields | undefined)?.['eventType']

/** For the socket server to pass on to the client, since it sees only the status. */
export const rememberAnswer = ({ headers }: Fields, answer: HttpResponse): void => {
  const [, key] = Object.entries(headers as Fields).find(([name]) => name.toLowerCase() === KEY) ?? []
  answers.set(key, answer)
}

/** Patches its class beforehand, since serverless-offline does not hand the socket server out. */
export const letFunctionsAnswerHandshakes = (): void => {
  const { WebSocketServer } = createRequire(import.meta.resolve('serverless-offline'))('ws')
  const server: SocketServer = WebSocketServer.prototype
  const { handleUpgrade } = server
  server.handleUpgrade = function (this: SocketServer, request, socket, head, onOpen) {
    if (!this.options.handleProtocols) Object.assign(this.options, answering(this.options))
    handleUpgrade.call(this, request, socket, head, (connection, ...more) => {
      // A frame that is too large, say: without a listener, the error would end the emulator.
      connection.on('error', () => undefined)
      onOpen(connection, ...more)
    })
  }
}

const answering = ({ verifyClient }: SocketServer['options']): SocketServer['options'] => ({
  maxPayload: FRAME_MAX_BYTES,
  verifyClient: (info, callback) =>
    verifyClient(info, (isAccepted, status) => {
      const key = info.req.headers[KEY]
      const answer = answers.get(key)
      if (isAccepted) callback(true)
      else callback(false, answer?.statusCode ?? status, answer?.body, { ...answer?.headers, ...JSON_TYPE })
      answers.delete(key)
    }),
  // Within the callback above.
  handleProtocols: (_, request) =>
    answers.get(request.headers[KEY])?.headers['sec-websocket-protocol'] ?? false,
})

/** In the spelling of ws, which would otherwise add its own. */
const JSON_TYPE = { 'Content-Type': 'application/json' }
