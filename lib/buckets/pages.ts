/** Reads all pages of a result: a page, even an empty one, is not the end. */
import type { Page, PagingState } from '../store/store.ts'

export const allPages = async <Row>(read: (from?: PagingState) => Promise<Page<Row>>): Promise<Row[]> => {
  let { rows, next } = await read()
  while (next) {
    const page: Page<Row> = await read(next)
    rows = [...rows, ...page.rows]
    next = page.next
  }
  return rows
}
