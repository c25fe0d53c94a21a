/** A partition key as the bytes that the partitioner hashes. */

/** Each column's length in 2 bytes, its bytes, and a 0; a key of one column is its bytes alone. */
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
