/** A token as something that can be withdrawn. */

/** `sid:<session>`, `jti:<token>`, or `tok:<digest>` of a token that has no name. */
export type TokenName = `${'sid' | 'jti' | 'tok'}:${string}`

/** Everything of a person that was issued up to a moment. */
export const ALL_TOKENS = '*'
