import { createHash, randomBytes } from 'node:crypto';

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Where ids and tokens come from. */
export interface Random {
  /** `length` characters of `A-Z a-z 0-9`. */
  alphanumeric(length: number): string;
  /** `length` characters of `0-9 A-F`. */
  hex(length: number): string;
  /** `length` characters of `0-9`. */
  digits(length: number): string;
  /** A number from 0 up to, but not including, 1. */
  fraction(): number;
}

/**
 * Without a seed, from the system. With one, a stream that is the same in every run.
 *
 * Each purpose has a stream of its own, so that a request which only draws a log id does not move the tokens.
 */
export function createRandom(seed: string | undefined, purpose: string): Random {
  const next = byteSource(seed, purpose);

  function draw(alphabet: string, length: number): string {
    // Bytes past the last whole multiple would favour the first letters.
    const limit = 256 - (256 % alphabet.length);
    let text = '';
    while (text.length < length) {
      const byte = next();
      if (byte < limit) text += alphabet.charAt(byte % alphabet.length);
    }
    return text;
  }

  return {
    alphanumeric: (length) => draw(ALPHANUMERIC, length),
    hex: (length) => draw('0123456789ABCDEF', length),
    digits: (length) => draw('0123456789', length),
    fraction: () => Number.parseInt(draw('0123456789ABCDEF', 8), 16) / 2 ** 32,
  };
}

function byteSource(seed: string | undefined, purpose: string): () => number {
  let block: Uint8Array = new Uint8Array();
  let position = 0;
  let counter = 0;
  return () => {
    if (position >= block.length) {
      block =
        seed === undefined
          ? randomBytes(256)
          : createHash('sha256')
              .update(JSON.stringify([seed, purpose, counter++]))
              .digest();
      position = 0;
    }
    return block[position++] ?? 0;
  };
}
