import { Buffer } from 'node:buffer';

const SLOTS = 16_384;

/**
 * The slot of a Redis Cluster that a key or a shard channel is in: CRC-16 (XMODEM) of its hash tag, of all of it where it
 * has none. https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags
 */
export function keySlot(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTagOf(key) || key, 'utf8')) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc % SLOTS;
}

/** What stands between the first `{` and the first `}` behind it; empty where there is no such thing. */
function hashTagOf(key: string): string {
  const begin = key.indexOf('{');
  const end = begin === -1 ? -1 : key.indexOf('}', begin + 1);
  return end === -1 ? '' : key.slice(begin + 1, end);
}
