/** The header Link (RFC 8288), as far as this service uses it: queries of the pages before and behind. */

export type Links = { next?: string; prev?: string }

export const linksOf = (header: string | null): Links => {
  const links: Links = {}
  for (const [, query, relation] of (header ?? '').matchAll(/<(\?[^>]*)>; rel="(next|prev)"/g))
    links[relation as keyof Links] = String(query)
  return links
}
