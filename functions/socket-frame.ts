/** $default: the frames that clients send over a connection. */
import { app } from '../lib/context.ts'
import { readContract, sendContract, typingContract } from '../lib/contract/dialog-frames.ts'
import { authContract, pingContract } from '../lib/contract/ping-frame.ts'
import { sendMessage } from '../lib/dialog/send.ts'
import { frameOperation } from '../lib/http/frame.ts'
import { framing } from '../lib/http/socket.ts'
import { announce } from '../lib/inbox/announce.ts'
import { markRead } from '../lib/inbox/mark-read.ts'
import { knownConnection } from '../lib/push/connect.ts'
import { pinged, renewed } from '../lib/push/ping.ts'
import { pushingMark } from '../lib/push/push-mark.ts'
import { pushing } from '../lib/push/push-message.ts'
import { typingTeller } from '../lib/push/tell-typing.ts'

export const FRAMES = [
  frameOperation(
    sendContract,
    pushing((command, ctx) => sendMessage(command, ctx, announce)),
  ),
  frameOperation(readContract, pushingMark(markRead)),
  frameOperation(typingContract, typingTeller()),
  frameOperation(pingContract, pinged),
  frameOperation(authContract, renewed),
]

export const on = framing(FRAMES, knownConnection)
export const handler = on(app)
await app.initialize()
