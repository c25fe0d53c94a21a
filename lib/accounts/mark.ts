/** The mark of a person: everything issued, and every session begun, up to that moment is withdrawn. */
import { SESSION_MS } from '../model/session.ts'

/** As long as a session that began before it could live, or a token of another issuer, with what is tolerated of clocks. */
export const KEPT_SECONDS = SESSION_MS / 1000 + 20
