import { Buffer } from 'node:buffer';

/** One key of a ring. */
export interface CipherKey {
  /** Names the key inside what it encrypted: 1 to 32 characters of `A-Z a-z 0-9 _ -`. Never reuse one. */
  readonly id: string;
  /** 32 random bytes, or the same as base64. */
  readonly secret: string | Uint8Array;
}

interface ReadKey {
  readonly id: string;
  readonly secret: Uint8Array;
}

interface KeyRing {
  /** The one that encrypts. */
  readonly current: ReadKey;
  /** Those that only decrypt. */
  readonly others: readonly ReadKey[];
}

const KEY_BYTES = 32;
const BASE64 = /^(?:[A-Za-z0-9+/]+|[A-Za-z0-9_-]+)={0,2}$/;
const HEX = /^[0-9a-f]{64}$/i;
const MAKE_ONE = `node -e "console.log(require('node:crypto').randomBytes(32).toString('base64'))"`;
const EXPECTED = `expected 32 bytes, as base64 or Uint8Array. Make one: ${MAKE_ONE}`;

/**
 * The keys as bytes of our own, which their owner may wipe.
 *
 * @throws TypeError naming the key that is wrong, missing, too short or given twice, and how to make one.
 */
export function keyRing(keys: readonly CipherKey[]): KeyRing {
  const list: unknown = keys;
  if (!Array.isArray(list)) throw wrong(`keys is ${nameOf(list)}; expected a list of { id, secret }`);
  const read: ReadKey[] = [];
  for (const key of list) {
    const id = idOf(key);
    const secret = secretOf(id, key);
    for (const other of read) {
      const names = [other.id, id].map((name) => JSON.stringify(name));
      if (other.id === id) throw wrong(`key id ${names[0]} stands twice; expected an id of its own for each`);
      // Somebody who believes to have rotated has not.
      if (Buffer.compare(other.secret, secret) === 0) {
        throw wrong(`keys ${names.join(' and ')} have the same secret; ${EXPECTED}`);
      }
    }
    read.push({ id, secret });
  }
  const [current, ...others] = read;
  if (current !== undefined) return { current, others };
  throw wrong(`keys is empty; expected at least one { id, secret }. Make a secret: ${MAKE_ONE}`);
}

function idOf(key: unknown): string {
  if (typeof key !== 'object' || key === null) throw wrong(`a key is ${nameOf(key)}; expected { id, secret }`);
  const id: unknown = Reflect.get(key, 'id');
  if (typeof id === 'string' && /^[A-Za-z0-9_-]{1,32}$/.test(id)) return id;
  // A long one may be a secret in the wrong place (D11).
  const shown =
    typeof id !== 'string' ? nameOf(id) : id.length > 32 ? `${id.length} characters long` : JSON.stringify(id);
  throw wrong(`key id is ${shown}; expected 1 to 32 characters of A-Z a-z 0-9 _ -`);
}

function secretOf(id: string, key: object): Uint8Array {
  const secret: unknown = Reflect.get(key, 'secret');
  const subject = `the secret of key ${JSON.stringify(id)}`;
  if (secret === undefined || secret === null || secret === '') throw wrong(`${subject} is missing; ${EXPECTED}`);
  if (typeof secret !== 'string' && !(secret instanceof Uint8Array)) {
    throw wrong(`${subject} is ${nameOf(secret)}; ${EXPECTED}`);
  }
  const bytes = typeof secret === 'string' ? fromBase64(secret, subject) : Buffer.from(secret);
  if (bytes.byteLength !== KEY_BYTES) throw wrong(`${subject} has ${bytes.byteLength} bytes; ${EXPECTED}`);
  return bytes;
}

/** Node skips what is no base64, so that a wrong text would be a short key, or a weak one of the right length. */
function fromBase64(text: string, subject: string): Buffer {
  // Files and environment variables often end in a line break.
  const trimmed = text.trim();
  if (HEX.test(trimmed)) throw wrong(`${subject} is hex; pass Buffer.from(secret, 'hex'), or base64`);
  if (!BASE64.test(trimmed)) throw wrong(`${subject} is not base64; ${EXPECTED}`);
  return Buffer.from(trimmed, 'base64');
}

/** What a value is, without showing it: it may be the secret in the wrong place. */
function nameOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value;
}

function wrong(what: string): TypeError {
  return new TypeError(`createTokenCipher: ${what}`);
}
