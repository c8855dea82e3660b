import { randomBytes, randomUUID } from 'node:crypto';
import { createTokenCipher, type TokenCipher } from '@tt/oauth';
import { describeTokenStore, type TokenStoreSuiteOptions } from '@tt/oauth/testing';
import { describe, it } from 'vitest';
import type { RedisTokenStore } from '../create-redis-token-store.js';

/** Two stores on one Redis, opened for one rule. */
interface ConnectedStores {
  readonly store: RedisTokenStore;
  readonly second: RedisTokenStore;
  /** Ends what `connect` opened beside the stores. */
  readonly end?: () => unknown;
}

interface RedisContractOptions<Connected extends ConnectedStores> {
  /** How to reach the Redis that is tested, with options for both stores. */
  readonly connect: (own: {
    readonly keyPrefix: string;
    readonly cipher: TokenCipher;
  }) => Connected | Promise<Connected>;
  readonly faults?: TokenStoreSuiteOptions<Connected>['faults'];
}

const cipher = createTokenCipher({ keys: [{ id: 'k1', secret: randomBytes(32) }] });

/** Holds the store to the whole contract of `TokenStore`, on a Redis that is reached in a way of its own. */
export function describeRedisContract<Connected extends ConnectedStores>(
  name: string,
  { connect, faults }: RedisContractOptions<Connected>,
): void {
  describeTokenStore<Connected>(name, {
    runner: { describe, it },
    open: () => connect({ keyPrefix: `test-${randomUUID()}`, cipher }),
    dispose: ({ end }) => end?.(),
    faults,
    patienceMs: 10_000,
  });
}
