/** An instance of the service without its web edge: the use cases, with a memory and a database client of their own. */
import { startCall } from '../../../lib/call.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { openApp } from '../../../lib/context.ts'
import { listMessages } from '../../../lib/dialog/history.ts'
import type { DialogMemory } from '../../../lib/dialog/memory.ts'
import { allPages } from '../../../lib/dialog/pages.ts'
import { sendMessage } from '../../../lib/dialog/send.ts'
import type { Log } from '../../../lib/log.ts'
import type { DialogId } from '../../../lib/model/ids.ts'
import type { ListMessages, SendMessage } from '../../../lib/model/operations.ts'
import { type Bucket, GENESIS } from '../../../lib/timeline/bucket.ts'
import type { Rules } from '../../../lib/timeline/rules.ts'

/** As the web edge gives a request. */
const REQUEST_MS = 4_500
const INDEX_ROWS = 1_000

export type Instance = ReturnType<typeof openInstance>

/** @param variables as the service is configured; @param log keep it apart from what a command prints */
export const openInstance = (variables: Environment, log: Log) => {
  const app = openApp(variables, log)
  const begin = () => {
    const call = startCall(REQUEST_MS)
    return { call, ctx: app.contextFor(call, { log }) }
  }
  return {
    /**
     * The message, and the time bucket that its sender opened; `rules` in place of this instance's own.
     * @throws Fault as `sendMessage` does
     */
    send: async (command: SendMessage, rules?: Rules) => {
      const { call, ctx } = begin()
      const { result, followUp } = await sendMessage(command, rules ? { ...ctx, rules } : ctx)
      await followUp()
      return { message: result, opened: call.facts.opened as Bucket | undefined }
    },
    list: (command: ListMessages) => listMessages(command, begin().ctx),
    /** Another page, and how many partitions were read for it; `memory` in place of this instance's own. */
    page: async (command: ListMessages, memory?: DialogMemory) => {
      const { call, ctx } = begin()
      const { messages } = await listMessages(command, memory ? { ...ctx, memory } : ctx)
      return { messages, lanes: call.facts.lanes }
    },
    /** Every row of a dialog's index, oldest first. */
    index: (dialog: DialogId) => {
      const { store } = begin().ctx
      return allPages((from) => store.bucketsAbove(dialog, GENESIS, INDEX_ROWS, from))
    },
    close: app.close,
  }
}
