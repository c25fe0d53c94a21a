/** Reads all pages of a result: a page, even an empty one, is not the end. */
import type { Page, PagingState } from '../store/store.ts'

export const allPages = async <Row>(read: (from?: PagingState) => Promise<Page<Row>>): Promise<Row[]> => {
  const rows: Row[] = []
  let from: PagingState | undefined
  do {
    const page = await read(from)
    rows.push(...page.rows)
    from = page.next
  } while (from)
  return rows
}
