import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisCluster } from '@tt/tooling/redis';

/** Somebody who reshards a cluster. */
export interface SlotMover {
  /** How many slots have been moved, keys and all. */
  readonly moved: number;
  stop(): Promise<void>;
}

/** Moves slots that hold something from master to master, one after the other, for as long as it is let. */
export function startSlotMover({ nodes, slotOf, beginSlotMove }: RedisCluster): SlotMover {
  let moved = 0;
  let stopped = false;
  const work = (async () => {
    for (let turn = 0; !stopped; turn += 1) {
      const from = nodes[turn % nodes.length];
      const to = nodes[(turn + 1) % nodes.length];
      const key = await from?.command('RANDOMKEY');
      if (to === undefined || typeof key !== 'string') {
        await sleep(2);
        continue;
      }
      const move = await beginSlotMove(await slotOf(key), to);
      // For clients to come by while it is under way.
      await sleep(20);
      await move.finish();
      moved += 1;
    }
  })();
  return {
    get moved() {
      return moved;
    },
    stop: async () => {
      stopped = true;
      await work;
    },
  };
}
