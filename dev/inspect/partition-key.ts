/** Serializes a partition key to the bytes that the partitioner hashes. */

/** For each column its length in 2 bytes, its bytes, and a 0. A key of a single column is not composite: its bytes only. */
export const compositeKey = (columns: Buffer[]): Buffer =>
  Buffer.concat(columns.flatMap((column) => [length(column), column, Buffer.of(0)]))

export const bigintColumn = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

const length = (column: Buffer): Buffer => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(column.length)
  return bytes
}
