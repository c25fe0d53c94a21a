/** What the service has written into the page that it served. */

export type Settings = {
  /** People sign up and in here; otherwise they bring a token. */
  hasAccounts: boolean
  /** Undefined: nothing is pushed. */
  socketUrl: string | undefined
}

export const settingsOf = (document: Document, { protocol, host, pathname }: Location): Settings => {
  const meta = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content
  const own = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${pathname.replace(/[^/]*$/, '')}socket`
  const socket = meta('socket')
  return { hasAccounts: meta('accounts') === 'on', socketUrl: socket === 'off' ? undefined : socket || own }
}
