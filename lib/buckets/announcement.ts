/** What is written beside a message, under its id but in the time buckets of another owner. */
import type { Context } from '../context.ts'
import type { DialogId, MessageId, OwnerId, UserId } from '../model/ids.ts'
import type { Plan } from './memory.ts'

export type Announcement = {
  /** Whose plan the id has to respect, too. */
  owner: OwnerId
  /**
   * By the plan of the dialog and that of the owner.
   * @param id the one that was placed by these plans, which is not the message's if its key was claimed before
   * @throws Fault as a write does
   */
  write: (id: MessageId, dialogPlan: Plan, plan: Plan) => Promise<void>
  /** Once the message is decided; never fails. Undefined: nothing is left to do. */
  follow: () => Promise<void> | undefined
}

/** Whose dialog it is that a message is written to. */
export type Parties = { dialog: DialogId; from: UserId; to: UserId }

/** What has to be announced of a message with this stamp. */
export type Announce = (parties: Parties, stampMs: number, ctx: Context) => readonly Announcement[]
