/**
 * Events of a WebSocket API of API Gateway -> its three handlers. They go by the type of the event, never by anything in a
 * frame, by which a client could choose its route.
 */
import type { App, Context } from '../context.ts'
import { connectContract, disconnectContract } from '../contract/connection.ts'
import { anyFrame, FRAME_MAX_BYTES } from '../contract/frames.ts'
import { Fault } from '../errors.ts'
import type { ConnectionId } from '../model/connection.ts'
import { CLOSE_CODES } from '../model/frame.ts'
import type { OpenConnection } from '../model/operations.ts'
import { type Answering, answering } from './answer.ts'
import { jsonOf } from './body.ts'
import { credentialOf } from './credential.ts'
import type { Invocation } from './endpoint.ts'
import { Exchange, type HttpResponse } from './exchange.ts'
import type { Find, FrameOperation } from './frame.ts'
import { authenticateHandshake, offersProtocol } from './handshake.ts'
import { checked } from './input.ts'
import { fieldsOf, type HttpRequest, readEvent } from './request.ts'

/** Never rejects. */
export type SocketHandler = (event: unknown, invocation?: Invocation) => Promise<HttpResponse>

/** `$connect`. */
export const connecting =
  (connect: (command: OpenConnection, ctx: Context) => Promise<void>) =>
  (app: App): SocketHandler => {
    const useCase = async ({ offers, ...command }: OpenConnection & { offers: boolean }, ctx: Context) => {
      await connect(command, ctx)
      return { user: command.credential.user, offers }
    }
    const answer = answering(app, connectContract, useCase, {
      identify: async (request: SocketRequest) => {
        requireType(request, 'CONNECT')
        const { headers, id } = request
        const caller = await authenticateHandshake(headers, app)
        const credential = credentialOf(caller, Date.now())
        return { ...caller, from: { credential, id, offers: offersProtocol(headers) } }
      },
      read: () => ({}),
    })
    return accepted(answer)
  }

/** `$disconnect`. */
export const disconnecting =
  (disconnect: (id: ConnectionId, ctx: Context) => Promise<void>) =>
  (app: App): SocketHandler =>
    accepted(
      answering(app, disconnectContract, disconnect, {
        identify: async (request: SocketRequest) => {
          requireType(request, 'DISCONNECT')
          return { from: request.id }
        },
        read: () => ({}),
      }),
    )

/** `$default`. If the credential of a connection is refused, its client is told so, and the connection is closed. */
export const framing = (operations: FrameOperation[], find: Find) => {
  const on = (app: App): SocketHandler => {
    const answers = new Map(operations.map((on) => [on.contract.action, on(app, find)]))
    const answer = async (request: SocketRequest, remainingMs?: number): Promise<HttpResponse> => {
      let ref: string | undefined
      const respond = (reply: HttpResponse) => ({ ...reply, statusCode: 200, body: withRef(reply, ref) })
      try {
        requireType(request, 'MESSAGE')
        const frame = frameOf(request)
        ref = frame.ref
        const known = answers.get(frame.action)
        if (!known) throw unknownAction(answers.keys())
        const { id, headers, expectsHeaderLists } = request
        const reply = await known({ id, headers, expectsHeaderLists, frame }, remainingMs)
        if (reply.statusCode === 401) await close(app, id)
        return respond(reply)
      } catch (error) {
        return respond(new Exchange(request, 'frame', remainingMs, app).fail(error))
      }
    }
    return (event, invocation) => answer(readSocketEvent(event), invocation?.getRemainingTimeInMillis?.())
  }
  return Object.assign(on, { contracts: operations.map(({ contract }) => contract) })
}

type SocketRequest = HttpRequest & { id: ConnectionId; eventType: unknown }

const readSocketEvent = (event: unknown): SocketRequest => {
  const { eventType, connectionId } = fieldsOf(fieldsOf(event)['requestContext'])
  return { ...readEvent(event), id: String(connectionId) as ConnectionId, eventType }
}

const requireType = ({ eventType }: SocketRequest, wanted: string) => {
  if (eventType !== wanted) throw new Fault('not_found', 'an event of another type')
}

/** A gateway expects a 200 for a yes. */
const accepted =
  (answer: Answering<SocketRequest>): SocketHandler =>
  async (event, invocation) => {
    const reply = await answer(readSocketEvent(event), invocation?.getRemainingTimeInMillis?.())
    return reply.statusCode === 204 ? { ...reply, statusCode: 200 } : reply
  }

/** @throws Fault `malformed_json`, `bad_field`, `frame_too_large` */
const frameOf = (request: SocketRequest) => {
  const { length } = request.body
  if (length > FRAME_MAX_BYTES) throw new Fault('frame_too_large', `${length} bytes`)
  return checked(anyFrame, jsonOf(request))
}

/** The ref of a frame that its handler did not answer; undefined if it has none, or is no frame. */
export const refOf = (event: unknown): string | undefined => {
  try {
    return frameOf(readSocketEvent(event)).ref
  } catch {
    return undefined
  }
}

const unknownAction = (known: Iterable<string>) => {
  const message = `must be one of ${[...known].join(', ')}`
  return new Fault('bad_field', 'no such action', { fields: [{ path: 'action', message }] })
}

const close = async (app: App, id: ConnectionId) => {
  const push = app.push()
  await push?.wire.close(
    { id, endpoint: push.endpoint },
    { type: 'bye', code: CLOSE_CODES.unauthorized, reconnectMs: 0 },
  )
}

/** The answer to a frame: the body of the reply over HTTP, with the ref of the frame. */
export const withRef = ({ statusCode, body }: HttpResponse, ref: string | undefined): string =>
  JSON.stringify({
    ...(statusCode >= 400 && { type: 'error' }),
    ...(ref !== undefined && { ref }),
    ...JSON.parse(body),
  })
