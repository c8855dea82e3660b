// @ts-check

/**
 * The few forms of DER (ITU-T X.690) that a certificate is made of. Each function gives one encoded value.
 */

/**
 * @param {number} tag
 * @param {...Uint8Array} contents
 */
function value(tag, ...contents) {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content]);
}

/** @param {Uint8Array} content */
function lengthOf({ length }) {
  if (length < 0x80) {
    return Buffer.from([length]);
  }
  return length < 0x100 ? Buffer.from([0x81, length]) : Buffer.from([0x82, length >> 8, length & 0xff]);
}

/** @param {...Uint8Array} elements */
export const sequence = (...elements) => value(0x30, ...elements);

/** @param {...Uint8Array} elements */
export const set = (...elements) => value(0x31, ...elements);

/** @param {string} dotted Such as `'2.5.4.3'`. */
export function objectIdentifier(dotted) {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return value(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/**
 * Seven bits a byte, with the eighth set on all but the last.
 *
 * @param {number} number
 */
function base128(number) {
  const bytes = [number & 0x7f];
  for (let rest = number >> 7; rest > 0; rest >>= 7) {
    bytes.unshift((rest & 0x7f) | 0x80);
  }
  return bytes;
}

/** @param {Uint8Array} bytes Big-endian, the first not zero; read as positive whatever its first bit. */
export const unsignedInteger = (bytes) => value(0x02, Buffer.from((bytes[0] ?? 0) < 0x80 ? [] : [0]), bytes);

export const TRUE = value(0x01, Buffer.from([0xff]));

/** @param {string} text */
export const utf8String = (text) => value(0x0c, Buffer.from(text));

/** @param {Uint8Array} bytes */
export const octetString = (bytes) => value(0x04, bytes);

/**
 * @param {Uint8Array} bytes
 * @param {number} [unusedBits] How many bits at the end do not count.
 */
export const bitString = (bytes, unusedBits = 0) => value(0x03, Buffer.from([unusedBits]), bytes);

/** @param {Date} time Before 2050. */
export const utcTime = (time) =>
  value(
    0x17,
    Buffer.from(
      `${time
        .toISOString()
        .replace(/[-:T]|\.\d+/g, '')
        .slice(2)}`,
    ),
  );

/**
 * `[number] EXPLICIT`: the value wrapped in a tag of its own.
 *
 * @param {number} number
 * @param {Uint8Array} content
 */
export const explicit = (number, content) => value(0xa0 | number, content);

/**
 * `[number] IMPLICIT` of a simple type: the tag takes the place of the type's own.
 *
 * @param {number} number
 * @param {Uint8Array} content
 */
export const implicit = (number, content) => value(0x80 | number, content);
