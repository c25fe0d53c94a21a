/** The token of a partition key: Murmur3 (x64, 128 bits, the first half) with Cassandra's signed bytes in the tail. */

const C1 = 0x87c37b91114253d5n
const C2 = 0x4cf5ad432745937fn
const BLOCK_BYTES = 16
const HALF_BYTES = 8
const LEAST_TOKEN = -(2n ** 63n)
const GREATEST_TOKEN = 2n ** 63n - 1n

const u64 = (value: bigint) => BigInt.asUintN(64, value)
const rotated = (value: bigint, bits: bigint) => u64(value << bits) | (value >> (64n - bits))
const mixed1 = (k: bigint) => u64(rotated(u64(k * C1), 31n) * C2)
const mixed2 = (k: bigint) => u64(rotated(u64(k * C2), 33n) * C1)

/** As the partitioner of Cassandra and ScyllaDB: only an empty key has the least 64-bit number as its token. */
export const tokenOf = (key: Buffer): bigint => {
  if (key.length === 0) return LEAST_TOKEN
  const hash = BigInt.asIntN(64, firstHalf(key))
  return hash === LEAST_TOKEN ? GREATEST_TOKEN : hash
}

const firstHalf = (key: Buffer): bigint => {
  let h1 = 0n
  let h2 = 0n
  const tail = key.length - (key.length % BLOCK_BYTES)
  for (let at = 0; at < tail; at += BLOCK_BYTES) {
    h1 ^= mixed1(key.readBigUInt64LE(at))
    h1 = u64((rotated(h1, 27n) + h2) * 5n + 0x52dce729n)
    h2 ^= mixed2(key.readBigUInt64LE(at + HALF_BYTES))
    h2 = u64((rotated(h2, 31n) + h1) * 5n + 0x38495ab5n)
  }
  h2 ^= mixed2(signedBytes(key, tail + HALF_BYTES, key.length)) ^ BigInt(key.length)
  h1 ^= mixed1(signedBytes(key, tail, Math.min(tail + HALF_BYTES, key.length))) ^ BigInt(key.length)
  h1 = u64(h1 + h2)
  h2 = u64(h2 + h1)
  return u64(finished(h1) + finished(h2))
}

/** Bytes are signed, as in Java, unlike in other implementations of Murmur3: a byte over 127 sets all higher bits, too. */
const signedBytes = (key: Buffer, from: number, to: number): bigint => {
  let value = 0n
  for (let at = from; at < to; at++) value ^= u64(BigInt(key.readInt8(at)) << BigInt(8 * (at - from)))
  return value
}

const finished = (hash: bigint): bigint => {
  let h = hash
  h = u64((h ^ (h >> 33n)) * 0xff51afd7ed558ccdn)
  h = u64((h ^ (h >> 33n)) * 0xc4ceb9fe1a85ec53n)
  return h ^ (h >> 33n)
}
