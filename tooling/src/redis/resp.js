// @ts-check

/** Redis understood the command and refused it. */
export class RedisReplyError extends Error {
  /** @override */
  name = 'RedisReplyError';

  /** The first word of the message: `'MOVED'`, `'NOAUTH'`, `'OOM'`, or `'ERR'`. */
  get code() {
    return this.message.split(' ', 1)[0] ?? '';
  }
}

/** @param {readonly (string | number | Uint8Array)[]} args A command and its arguments. */
export function encodeCommand(args) {
  const parts = args.flatMap((arg) => {
    const bytes = typeof arg === 'object' ? arg : Buffer.from(String(arg));
    return [Buffer.from(`$${bytes.length}\r\n`), bytes, lineEnd];
  });
  return Buffer.concat([Buffer.from(`*${args.length}\r\n`), ...parts]);
}

/**
 * Reads one whole reply: a string (as UTF-8), a number, null, a `RedisReplyError`, or an array of these.
 * https://redis.io/docs/latest/develop/reference/protocol-spec/
 *
 * @param {Buffer} bytes
 * @param {number} [start] Where the reply begins.
 * @returns {{ reply: unknown, end: number } | undefined} `end` is where the next one begins; nothing while the reply
 *   is not complete.
 */
export function readReply(bytes, start = 0) {
  const lineStop = bytes.indexOf(lineEnd, start);
  if (lineStop === -1) {
    return undefined;
  }
  const line = bytes.toString('utf8', start + 1, lineStop);
  const end = lineStop + lineEnd.length;
  const type = String.fromCharCode(bytes[start] ?? 0);
  switch (type) {
    case '+':
      return { reply: line, end };
    case '-':
      return { reply: new RedisReplyError(line), end };
    case ':':
      return { reply: Number(line), end };
    case '$':
      return readBulk(bytes, end, Number(line));
    case '*':
      return readArray(bytes, end, Number(line));
    default:
      throw new Error(`not a RESP2 reply: ${JSON.stringify(type + line)}`);
  }
}

const lineEnd = Buffer.from('\r\n');

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} length -1 stands for null.
 */
function readBulk(bytes, start, length) {
  if (length === -1) {
    return { reply: null, end: start };
  }
  const end = start + length + lineEnd.length;
  return bytes.length < end ? undefined : { reply: bytes.toString('utf8', start, start + length), end };
}

/**
 * @param {Buffer} bytes
 * @param {number} start
 * @param {number} length -1 stands for null.
 */
function readArray(bytes, start, length) {
  if (length === -1) {
    return { reply: null, end: start };
  }
  /** @type {unknown[]} */
  const reply = [];
  let end = start;
  while (reply.length < length) {
    const element = readReply(bytes, end);
    if (element === undefined) {
      return undefined;
    }
    reply.push(element.reply);
    end = element.end;
  }
  return { reply, end };
}
