/** What `mixed` does, for long: does anything wear out? The command watches the memory of the service meanwhile. */
export { handleSummary, options, visit } from './mixed.ts'
