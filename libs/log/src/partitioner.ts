/**
 * Which partition a key belongs to: the same as Kafka's default partitioner (murmur2), so that any Kafka client, and
 * the embedded engine, put the same instrument into the same partition.
 */
const encoder = new TextEncoder();
const seed = 0x9747b28c;
const multiplier = 0x5bd1e995;
const shift = 24;
/** Keys of ASCII, which instruments are, take their bytes from here: encoding each anew costs more than the hash. */
const ascii = new Uint8Array(64);

/** Records without a key go to partition 0. */
export function partitionOf(key: string | null, partitions: number): number {
  return key === null ? 0 : (hashOf(key) & 0x7fffffff) % partitions;
}

function hashOf(key: string): number {
  const { length } = key;
  if (length > ascii.length) return murmur2(encoder.encode(key));
  for (let i = 0; i < length; i += 1) {
    const code = key.charCodeAt(i);
    if (code > 0x7f) return murmur2(encoder.encode(key));
    ascii[i] = code;
  }
  return murmur2(ascii, length);
}

/** Kafka's variant of MurmurHash2 (32 bits, signed result) over the first `length` bytes. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  let hash = seed ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let word = bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    word = Math.imul(word, multiplier);
    word ^= word >>> shift;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  const left = length - whole;
  if (left === 3) hash ^= bytes[whole + 2]! << 16;
  if (left >= 2) hash ^= bytes[whole + 1]! << 8;
  if (left >= 1) hash = Math.imul(hash ^ bytes[whole]!, multiplier);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}
