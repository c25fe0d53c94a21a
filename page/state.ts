/** What the views show of somebody who is signed in. */
import type { Unloaded } from './loading.ts'
import type { Outgoing } from './outbox.ts'
import type { Dialog } from './wire.ts'

/**
 * `live`: everything is shown, and what comes appears at once. `polling`: asked for every few seconds, since there is no
 * socket. `behind`: connected, but a dialog is not loaded. `offline`: the service has not answered since.
 */
export type Line =
  | { kind: 'connecting' | 'live' | 'polling' | 'behind' | 'displaced' }
  | { kind: 'offline'; sinceMs: number }

export type State = {
  me: string
  line: Line
  dialogs: Dialog[]
  /** The query of the next page; '': there is none; undefined: not even the first one is loaded. */
  moreDialogs: string | undefined
  /** By user id. */
  names: Map<string, string>
  /** The person whose dialog is open. */
  open: string | undefined
  /** Dialogs that were opened, and are not loaded up to their newest messages. */
  unloaded: ReadonlyMap<string, Unloaded>
  /** Incremented when messages, or which of them are loaded, have changed. */
  version: number
  outbox: Outgoing[]
  /** Until when each person is shown as typing, in unix milliseconds. */
  typing: Map<string, number>
  /** For screen readers. */
  announcement: string
}

export const stateOf = (me: string): State => ({
  me,
  line: { kind: 'connecting' },
  dialogs: [],
  moreDialogs: undefined,
  names: new Map(),
  open: undefined,
  unloaded: new Map(),
  version: 0,
  outbox: [],
  typing: new Map(),
  announcement: '',
})

const BEHIND: Line = { kind: 'behind' }

/** What is not loaded is not up to date, however good the connection is. */
export const lineOf = ({ line, unloaded }: Pick<State, 'line' | 'unloaded'>): Line => {
  const isBehind = [...unloaded.values()].some(({ refusal }) => refusal === undefined)
  return isBehind && (line.kind === 'live' || line.kind === 'polling') ? BEHIND : line
}
