/** What an access token of ours says, and for how long. */

/** Of a login without refresh tokens, as clients of the public specification expect. */
export const ACCESS_TOKEN_SECONDS = 24 * 60 * 60
