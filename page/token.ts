/** What a token (RFC 7519) says about its bearer. It is not verified here: the service does that. */

export type Claims = { user: string; session?: string; expiresMs: number }

/** Undefined if it is not a token of a person. */
export const claimsOf = (token: string): Claims | undefined => {
  try {
    const { sub, sid, exp } = JSON.parse(decoded(token.split('.')[1] ?? ''))
    if (typeof sub !== 'string' || typeof exp !== 'number') return undefined
    return { user: sub, ...(typeof sid === 'string' && { session: sid }), expiresMs: exp * 1_000 }
  } catch {
    return undefined
  }
}

const decoded = (base64url: string): string => {
  const bytes = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)))
}
