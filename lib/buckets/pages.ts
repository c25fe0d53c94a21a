/** Reads all pages of a result: a page, even an empty one, is not the end. */
import type { Page, PagingState } from '../store/store.ts'

export const allPages = async <Row>(read: (from?: PagingState) => Promise<Page<Row>>): Promise<Row[]> => {
  const first = await read()
  if (!first.next) return first.rows
  const rows = [...first.rows]
  for (let from: PagingState | undefined = first.next; from; ) {
    const page: Page<Row> = await read(from)
    rows.push(...page.rows)
    from = page.next
  }
  return rows
}
