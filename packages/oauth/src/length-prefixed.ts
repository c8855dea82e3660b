import { Buffer } from 'node:buffer';
import { storeError } from '@tt/errors';

const LENGTH_BYTES = 4;

/**
 * Texts as UTF-8, each after its length in bytes, so that no two lists give the same bytes.
 *
 * @throws TikTokError `TOKEN_STORE_ERROR` with code `malformed_key` when half of a surrogate pair is in one of them.
 */
export function lengthPrefixed(parts: readonly string[]): Buffer {
  const lengths = parts.map((part) => {
    // UTF-8 has no half of a surrogate pair: each becomes the same replacement, and two people would become one.
    if (!part.isWellFormed()) throw malformed();
    return Buffer.byteLength(part, 'utf8');
  });
  const bytes = Buffer.alloc(lengths.reduce((sum, length) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const [index, part] of parts.entries()) {
    at = bytes.writeUInt32BE(lengths[index] ?? 0, at);
    at += bytes.write(part, at, 'utf8');
  }
  return bytes;
}

function malformed(): Error {
  return storeError('A client key, user id or version has half of a surrogate pair; expected a well-formed string', {
    code: 'malformed_key',
    operation: 'store.encrypt',
    retryable: false,
  });
}
