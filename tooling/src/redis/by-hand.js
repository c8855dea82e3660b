// @ts-check
import { join } from 'node:path';
import { startRedis } from './start-redis.js';
import { startRedisCluster } from './start-redis-cluster.js';
import { startRedisSentinel } from './start-redis-sentinel.js';

/**
 * @typedef {object} ByHand Something that a person started, and what they need to use it.
 * @property {string} text
 * @property {() => Promise<void>} stop
 */

/** @type {Map<string, () => Promise<ByHand>>} */
const kinds = new Map(Object.entries({ standalone, cluster, sentinel, tls }));

export const usage = `usage: npm run redis -- [${[...kinds.keys()].join(' | ')}]`;

/**
 * @param {string} kind
 * @returns {Promise<ByHand> | undefined} Nothing for a kind that there is not.
 */
export function startByHand(kind) {
  return kinds.get(kind)?.();
}

async function standalone() {
  const { url, stop } = await startRedis();
  return { text: `REDIS_URL=${url}`, stop };
}

async function cluster() {
  const { startupNodes, stop } = await startRedisCluster();
  return { text: `new Cluster([\n${list(startupNodes, '  ')}])`, stop };
}

async function sentinel() {
  const { options, stop } = await startRedisSentinel();
  const sentinels = `  sentinels: [\n${list(options.sentinels, '    ')}  ],\n`;
  return { text: `new Redis({\n  name: '${options.name}',\n${sentinels}})`, stop };
}

async function tls() {
  const { url, folder, stop } = await startRedis({ tls: true });
  // Node reads it at its start, so that a program needs nothing but the URL.
  return { text: `REDIS_URL=${url}\nNODE_EXTRA_CA_CERTS=${join(folder, 'ca.pem')}`, stop };
}

/**
 * @param {readonly { host: string, port: number }[]} addresses
 * @param {string} indent
 */
function list(addresses, indent) {
  return addresses.map(({ host, port }) => `${indent}{ host: '${host}', port: ${port} },\n`).join('');
}
