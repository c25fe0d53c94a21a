/** The kinds of values that several groups of variables share. */
import { readFileSync } from 'node:fs'
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
