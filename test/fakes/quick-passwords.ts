/** Passwords that are not hashed, for tests that try hundreds of them. */
import type { Passwords } from '../../lib/accounts/password.ts'

export const quickPasswords: Passwords = {
  hash: async (password) => password.toString(),
  verify: async (text, stored) => ({ isRight: text === stored, isRehashDue: false }),
}
