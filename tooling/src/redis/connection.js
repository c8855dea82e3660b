// @ts-check
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeCommand, RedisReplyError, readReply } from './resp.js';

/**
 * @typedef {object} RedisConnection
 * @property {(...args: (string | number | Uint8Array)[]) => Promise<unknown>} command Resolves with the
 *   answer as `readReply` reads it. Rejects with a `RedisReplyError` when Redis refuses the command, with another error
 *   when the connection ends before the answer.
 * @property {() => void} close
 */

/**
 * One connection to one Redis, without reconnecting, redirects or anything else that a client for applications does:
 * a test's own look at a server must not depend on the client it tests.
 *
 * @param {object} options
 * @param {string} options.host
 * @param {number} options.port
 * @param {import('node:tls').SecureContextOptions | undefined} [options.tls]
 * @param {string} options.username
 * @param {string} options.password
 * @param {number} [options.silenceMs] Give up when the server says nothing for this long. Default: wait for ever, as
 *   for a script that runs until it is killed.
 * @returns {Promise<RedisConnection>}
 */
export async function connectRedis({ host, port, tls, username, password, silenceMs = 0 }) {
  const socket = tls === undefined ? connect({ host, port }) : connectTls({ host, port, ...tls });
  socket.setTimeout(silenceMs, () => socket.destroy(new Error(`${host}:${port} said nothing for ${silenceMs} ms`)));
  /** @type {{ resolve: (reply: unknown) => void, reject: (error: Error) => void }[]} */
  const waiting = [];
  /** @type {Error | undefined} */
  let failure;
  let unread = Buffer.alloc(0);

  socket.on('data', (chunk) => {
    unread = Buffer.concat([unread, chunk]);
    try {
      for (let next = readReply(unread); next !== undefined; next = readReply(unread)) {
        unread = unread.subarray(next.end);
        const caller = waiting.shift();
        if (next.reply instanceof RedisReplyError) {
          caller?.reject(next.reply);
        } else {
          caller?.resolve(next.reply);
        }
      }
    } catch (error) {
      socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => {
    failure ??= new Error(`${host}:${port} closed the connection`);
    for (const { reject } of waiting.splice(0)) {
      reject(failure);
    }
  });

  /** @type {RedisConnection['command']} */
  const command = (...args) =>
    new Promise((resolve, reject) => {
      if (failure !== undefined) {
        reject(failure);
        return;
      }
      waiting.push({ resolve, reject });
      socket.write(encodeCommand(args));
    });

  const close = () => socket.destroy();
  try {
    await command('AUTH', username, password);
  } catch (error) {
    close();
    throw error;
  }
  return { command, close };
}
