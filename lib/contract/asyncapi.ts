/** The frames as an AsyncAPI 3.0 document. Used to write the document, never by a function. */
import * as z from 'zod'
import { createSchema } from 'zod-openapi'
import type { FaultKind } from '../errors.ts'
import { SUBPROTOCOL, TOKEN_PREFIX } from './connection.ts'
import type { FrameDescription } from './contract.ts'
import { errorFrame, FRAME_MAX_BYTES, PUSHED, ref } from './frames.ts'
import { SHOWN } from './openapi.ts'

/** One entry of the table of problems: as much as the document shows of it. */
type Problem = { code: number; message: string }
type Json = Record<string, unknown>

const CHANNEL = '#/channels/socket'
const messageOf = (name: string) => ({ $ref: `${CHANNEL}/messages/${name}` })
/** The id of a frame of the service, such as `PongFrame`. */
const idOf = (frame: z.ZodType) => String(frame.meta()?.['id'])

export const asyncApiDocument = (
  frames: FrameDescription[],
  problems: Record<FaultKind | 'bug', Problem>,
): Json => {
  const schemas: Json = {}
  const payload = (schema: z.ZodType, io: 'input' | 'output') => {
    const { schema: shown, components } = createSchema(schema, { io, opts: SHOWN })
    Object.assign(schemas, components)
    return shown
  }
  const answers = [...new Map(frames.map(({ reply }) => [reply && idOf(reply), reply])).values()]
  const told = [...answers, errorFrame, ...PUSHED].filter((frame) => frame !== undefined)
  const asked = frames.map(({ action, summary, input }) => {
    const shape = { action: z.literal(action), ref: ref.optional(), ...input.shape }
    return [action, { summary, payload: payload(z.object(shape), 'input') }] as const
  })
  const messages = Object.fromEntries([
    ...asked,
    ...told.map((frame) => [idOf(frame), { payload: payload(frame, 'output') }] as const),
  ])
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Dialogs',
      version: '1',
      description: `The frames of a connection: JSON texts of at most ${FRAME_MAX_BYTES / 1024} KiB.`,
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    channels: { socket: { ...CONNECTION, messages } },
    operations: {
      ...Object.fromEntries(frames.map((frame) => [frame.operation, operationOf(frame, problems)])),
      tell: {
        action: 'send',
        channel: { $ref: CHANNEL },
        security: BEARER,
        summary: 'What devices are told without having asked: hints, which may be lost',
        messages: PUSHED.map((frame) => messageOf(idOf(frame))),
      },
    },
    components: { schemas: schemas, securitySchemes: SECURITY },
  }
}

const operationOf = (
  { action, summary, reply, faults }: FrameDescription,
  problems: Record<FaultKind | 'bug', Problem>,
) => {
  const all = [
    ...faults,
    'unauthorized',
    'malformed_json',
    'frame_too_large',
    'misconfigured',
    'bug',
  ] as const
  const refusals = [...new Set(all.map((fault) => `${problems[fault].code}: ${problems[fault].message}.`))]
  return {
    action: 'receive',
    channel: { $ref: CHANNEL },
    security: BEARER,
    summary,
    description: `Errors: ${refusals.join(' ')}`,
    messages: [messageOf(action)],
    reply: {
      channel: { $ref: CHANNEL },
      messages: [...(reply ? [messageOf(idOf(reply))] : []), messageOf(idOf(errorFrame))],
    },
  }
}

const CONNECTION = {
  address: '/socket',
  title: 'A connection',
  description: `A WebSocket. The token is in the header Authorization, or, from a browser, in a subprotocol: \`${SUBPROTOCOL}, ${TOKEN_PREFIX}<token>\`, of which the service answers the first. Behind an API Gateway, the address is that of its stage.`,
  bindings: { ws: { method: 'GET' } },
}

const BEARER = [{ $ref: '#/components/securitySchemes/bearer' }]
const SECURITY = { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }
