/** What can be wrong with what was acknowledged, each in one word. */

export const KINDS = ['lost', 'doubled', 'out of order', 'invented', 'changed'] as const

/** `what` names the message, `where` how that was seen: one message may be missing both downwards and upwards. */
export type Flaw = { kind: (typeof KINDS)[number]; what: string; where: string }
