import type { TikTokHttpOptions } from '../http-options.js';

/** One of the ways to send: what a client is told, and how to end what it uses. */
export interface Contender {
  readonly name: string;
  /** Anew for each test. */
  create(limits?: { readonly connectTimeoutMs?: number; readonly connections?: number }): {
    readonly options: Pick<TikTokHttpOptions, 'fetch' | 'dispatcher' | 'connectTimeoutMs'>;
    close(): Promise<void>;
  };
}

// Before undici: version 7, imported first, breaks the built-in fetch of Node 20 for the whole process (D16).
await fetch('data:,');
const { Agent: Agent6 } = await import('undici-6');
const { Agent: Agent7, interceptors } = await import('undici');

/** Every way to send, and undici in the two versions that run on Node 20. */
export const CONTENDERS: readonly Contender[] = [
  {
    name: 'node',
    create: ({ connectTimeoutMs } = {}) => ({ options: { connectTimeoutMs }, close: async () => undefined }),
  },
  {
    name: 'undici 7',
    create({ connectTimeoutMs = 4_000, connections = 1 } = {}) {
      const agent = new Agent7({ connections, connect: { timeout: connectTimeoutMs } });
      return { options: { dispatcher: agent }, close: () => agent.destroy() };
    },
  },
  {
    name: 'undici 6',
    create({ connectTimeoutMs = 4_000, connections = 1 } = {}) {
      const agent = new Agent6({ connections, connect: { timeout: connectTimeoutMs } });
      return { options: { dispatcher: agent }, close: () => agent.destroy() };
    },
  },
  {
    name: 'fetch',
    create: () => ({ options: { fetch }, close: async () => undefined }),
  },
];

/** Dispatchers that were made to follow redirects, each in the way of its version. */
export function redirectingDispatchers() {
  return [
    { name: 'undici 6', dispatcher: new Agent6({ maxRedirections: 5 }) },
    { name: 'undici 7', dispatcher: new Agent7().compose(interceptors.redirect({ maxRedirections: 5 })) },
  ];
}
