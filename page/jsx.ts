/** What elements in angle brackets are built with: dev/page.ts puts it into the bundle. */
export { Fragment, h } from 'preact'
