declare module 'cassandra-driver/lib/stream-id-stack.js' {
  /** The stream ids of one connection that are free. */
  class StreamIdStack {
    /** How many are in use. */
    inUse: number
    /** Takes one; null when all are in use. */
    pop(): number | null
  }
  export = StreamIdStack
}
