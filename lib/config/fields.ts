/** The kinds of values that several groups of variables share. */
import { readFileSync } from 'node:fs'
import { BlockList, isIP, isIPv4 } from 'node:net'
import * as z from 'zod'

export const text = z.string().min(1)

/** A file's content, or the value itself if that is the content already. */
export const fileOr = (isContent: (value: string) => boolean) =>
  text.transform((value, context) => {
    if (isContent(value)) return value
    try {
      return readFileSync(value, 'utf8')
    } catch {
      context.addIssue('names a file that cannot be read')
      return z.NEVER
    }
  })

/** Comma-separated. */
export const list = text.transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean),
)

const isOrigin = (text: string) =>
  /^https?:$/.test(URL.parse(text)?.protocol ?? '') && new URL(text).origin === text

/** Pages of other hosts that may use the service. */
export const origins = list
  .refine((all) => all.every(isOrigin), 'must list origins like https://app.example')
  .default([])

/** Blocks like 10.0.0.0/8 and 2001:db8::/32, or single addresses. */
export const blocks = list.transform((all, context): BlockList => {
  const trusted = new BlockList()
  if (all.every((block) => isAdded(block, trusted))) return trusted
  context.addIssue('must list blocks of addresses like 10.0.0.0/8')
  return z.NEVER
})

const isAdded = (block: string, trusted: BlockList): boolean => {
  const [, address = '', prefix] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(block) ?? []
  const bits = isIPv4(address) ? 32 : 128
  const length = Number(prefix ?? bits)
  if (!isIP(address) || length > bits) return false
  trusted.addSubnet(address, length, bits === 32 ? 'ipv4' : 'ipv6')
  return true
}
