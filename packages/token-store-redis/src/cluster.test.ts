import { type RedisCluster, startRedisCluster } from '@tt/tooling/redis';
import { Cluster } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisTokenStore } from './create-redis-token-store.js';
import { type ClusterDoors, openClusterDoors } from './testing/cluster-doors.js';
import { describeRedisContract } from './testing/contract.js';
import { type SlotMover, startSlotMover } from './testing/slot-mover.js';

let cluster: RedisCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
}, 240_000);

afterAll(() => cluster.stop());

describe('on three masters, reached through doors of their own', () => {
  let doors: ClusterDoors;

  describeRedisContract('the Redis token store with sharded publish/subscribe', {
    connect: async ({ keyPrefix, cipher }) => {
      doors = await openClusterDoors(cluster);
      const client = doors.newClient({ shardedSubscribers: true });
      client.on('error', () => undefined);
      const open = () => createRedisTokenStore({ client, keyPrefix, cipher, timeoutMs: 1_500 });
      return {
        store: open(),
        second: open(),
        doors,
        end: () => {
          client.disconnect();
          return doors.close();
        },
      };
    },
    faults: {
      outage: ({ doors }) => doors.bar(),
      loseNextAnswer: ({ doors }) => doors.loseNextAnswer(),
      dropConnections: ({ doors }) => doors.cut(),
    },
  });
});

describe('on three masters, while slots move between them', () => {
  let mover: SlotMover;

  beforeAll(() => {
    mover = startSlotMover(cluster);
  });

  afterAll(() => mover.stop());

  describeRedisContract('the Redis token store', {
    connect: ({ keyPrefix, cipher }) => {
      const client = new Cluster([...cluster.startupNodes]);
      const open = () => createRedisTokenStore({ client, keyPrefix, cipher, timeoutMs: 10_000 });
      return {
        store: open(),
        second: open(),
        end: async () => {
          client.disconnect();
          // What is left would be moved instead of what the next rule writes.
          await Promise.all(cluster.nodes.map((node) => node.command('FLUSHALL')));
        },
      };
    },
  });

  it('and calls came by while their slot was on its way', async () => {
    expect(mover.moved).toBeGreaterThan(10);
    const stats = await Promise.all(cluster.nodes.map((node) => node.command('INFO', 'errorstats')));
    expect(stats.join()).toContain('errorstat_ASK:');
    expect(stats.join()).toContain('errorstat_TRYAGAIN:');
  });
});
