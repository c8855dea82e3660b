import type { RedisCluster } from '@tt/tooling/redis';
import { Cluster, type ClusterOptions } from 'ioredis';
import { startProxy } from './proxy.js';

/** A door in front of each node of a cluster, through which a client reaches it. */
export interface ClusterDoors {
  newClient(options?: ClusterOptions): Cluster;
  loseNextAnswer(): void;
  swallow(): void;
  cut(): void;
  /** Lets nobody through any more. */
  bar(): void;
  close(): Promise<void>;
}

export async function openClusterDoors({ nodes }: RedisCluster): Promise<ClusterDoors> {
  const fate = { losing: false };
  const doors = await Promise.all(
    nodes.map(async ({ host, port }) => ({ host, port, proxy: await startProxy(port, fate) })),
  );
  const proxies = doors.map(({ proxy }) => proxy);
  const natMap = Object.fromEntries(
    doors.map(({ host, port, proxy }) => [`${host}:${port}`, { host: '127.0.0.1', port: proxy.port }]),
  );
  return {
    newClient: (options = {}) => new Cluster(Object.values(natMap), { natMap, ...options }),
    loseNextAnswer: () => {
      fate.losing = true;
    },
    swallow: () => {
      for (const proxy of proxies) proxy.swallow();
    },
    cut: () => {
      for (const proxy of proxies) proxy.cut();
    },
    bar: () => {
      for (const proxy of proxies) {
        proxy.leadTo(1);
        proxy.cut();
      }
    },
    close: async () => {
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
}
