/** Instances of the service in this process, without its web edge, and senders who write to one dialog through them. */
import type { BucketMemory } from '../../../lib/buckets/memory.ts'
import { allPages } from '../../../lib/buckets/pages.ts'
import { startCall } from '../../../lib/call.ts'
import type { Environment } from '../../../lib/config/environment.ts'
import { openApp } from '../../../lib/context.ts'
import { listMessages } from '../../../lib/dialog/history.ts'
import { sendMessage } from '../../../lib/dialog/send.ts'
import { Fault } from '../../../lib/errors.ts'
import { listDialogs } from '../../../lib/inbox/list.ts'
import { type Log, openLog } from '../../../lib/log.ts'
import { dialogIdOf, type MessageId, type OwnerId, type UserId } from '../../../lib/model/ids.ts'
import type { ListDialogs, ListMessages, SendMessage } from '../../../lib/model/operations.ts'
import { type Bucket, GENESIS } from '../../../lib/timeline/bucket.ts'
import type { Rules } from '../../../lib/timeline/rules.ts'
import { counted, type Reads } from '../inbox/reads.ts'

export type Pair = { from: UserId; to: UserId }
/** What the senders were told. */
export type Poured = {
  /** What the service says is stored: the text, by its id. */
  acknowledged: Map<MessageId, string>
  /** Texts that may or may not be stored. */
  inDoubt: Set<string>
  refused: number
  /** How many senders opened a time bucket: several may, within one second. */
  opened: Map<Bucket, number>
}
/** What instances wrote into their log, by level and words, and how often. */
export type Said = Map<string, number>
export type Instance = ReturnType<typeof openInstance>

/** The deadline that the web edge gives a request. */
const REQUEST_MS = 4_500
const INDEX_ROWS = 1_000
const INSTANCES = 4
export const SENDERS = 64

/** Connected, but with no memory of the dialog. */
export const openInstances = async (
  variables: Environment,
  { from, to }: Pair,
  said: Said,
  count = INSTANCES,
): Promise<Instance[]> => {
  const write = (line: string) => {
    const { level, message } = JSON.parse(line)
    const words = `${level}: ${message}`
    said.set(words, (said.get(words) ?? 0) + 1)
  }
  const log = openLog({ write })
  const instances = Array.from({ length: count }, () => openInstance({ ...process.env, ...variables }, log))
  await Promise.all(instances.map(({ index }) => index(dialogIdOf(from, to))))
  return instances
}

export const closeAll = (instances: Instance[]) => Promise.all(instances.map(({ close }) => close()))

/** Each instance has a memory and a database client of its own. @param log keeps it apart from what a command prints */
export const openInstance = (variables: Environment, log: Log) => {
  const app = openApp(variables, log)
  const begin = () => {
    const call = startCall(REQUEST_MS)
    return { call, ctx: app.contextFor(call, { log }) }
  }
  return {
    /**
     * The message, and the time bucket that its sender opened; `rules` replace those of this instance.
     * @throws Fault as `sendMessage` does
     */
    send: async (command: SendMessage, rules?: Rules) => {
      const { call, ctx } = begin()
      const { result, followUp } = await sendMessage(
        command,
        rules ? Object.defineProperty(ctx, 'rules', { value: rules }) : ctx,
      )
      await followUp
      return { message: result, opened: call.facts.opened as Bucket | undefined }
    },
    list: (command: ListMessages) => listMessages(command, begin().ctx),
    /** A page, and how many partitions were read for it; `memory` replaces that of this instance. */
    page: async (command: ListMessages, memory?: BucketMemory) => {
      const { call, ctx } = begin()
      const { messages } = await listMessages(command, Object.assign(ctx, memory && { memory }))
      return { messages, lanes: call.facts.lanes }
    },
    /** A page of an inbox; what it reads is added to `reads`. */
    dialogs: (command: ListDialogs, memory: BucketMemory, reads: Reads) => {
      const { ctx } = begin()
      return listDialogs(command, Object.assign(ctx, { memory, store: counted(ctx.store, reads) }))
    },
    /** For a statement or two, before the deadline. */
    store: () => begin().ctx.store,
    /** Every row of a dialog's or an inbox's index, oldest first. */
    index: (owner: OwnerId) => {
      const { store } = begin().ctx
      return allPages((from) => store.bucketsAbove(owner, GENESIS, INDEX_ROWS, from))
    },
    close: app.close,
  }
}

let strangersSoFar = 0
/** Two people who have never written to each other. */
export const strangers = (): Pair => {
  strangersSoFar += 1
  const name = `${Date.now().toString(36)}-${strangersSoFar}`
  return { from: `fan-${name}` as UserId, to: `star-${name}` as UserId }
}

export const nothingPoured = (): Poured => ({
  acknowledged: new Map(),
  inDoubt: new Set(),
  refused: 0,
  opened: new Map(),
})

/** The time buckets that senders opened, oldest first. */
export const openingsOf = ({ opened }: Poured): Bucket[] => [...opened.keys()].sort((a, b) => a - b)

/**
 * Each sender writes its next message when the reply to the previous one has come. Adds to `poured`; resolves when the
 * last reply has come.
 * @param goesOn is asked before each message, and may wait
 */
export const pour = async (
  instances: Instance[],
  pair: Pair,
  senders: number,
  goesOn: () => boolean | Promise<boolean>,
  poured: Poured,
): Promise<void> => {
  let count = poured.acknowledged.size + poured.inDoubt.size + poured.refused
  const write = async (instance: Instance) => {
    while (await goesOn()) {
      count += 1
      await sendOne(instance, pair, `message ${count}`, poured)
    }
  }
  await Promise.all(
    Array.from({ length: senders }, (_, index) => write(instances[index % instances.length] as Instance)),
  )
}

const sendOne = async (instance: Instance, pair: Pair, text: string, poured: Poured) => {
  try {
    const { message, opened } = await instance.send({ ...pair, text })
    poured.acknowledged.set(message.id, text)
    if (opened !== undefined) poured.opened.set(opened, (poured.opened.get(opened) ?? 0) + 1)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    if (error.kind === 'write_in_doubt') poured.inDoubt.add(text)
    else poured.refused += 1
  }
}
