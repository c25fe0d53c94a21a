/** How a command fails: one message for a person, exit code 1. */

export const fail = (error: unknown): never => {
  const { message, cause } = error as Error
  console.error(`error: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`)
  process.exit(1)
}
