import type { KeyLayout } from './key-layout.js';
import { isCluster, type RedisClient } from './redis-client.js';
import { borrowConnection } from './redis-connection.js';
import { listOf } from './script-reply.js';
import { ScriptRunner } from './script-runner.js';

interface RecordScanParts {
  readonly client: RedisClient;
  /** Those of the store, which know when it is closed. */
  readonly scripts: ScriptRunner;
  readonly layout: KeyLayout;
  readonly timeoutMs: number;
}

/** How many keys Redis looks at in one step, ours or not. */
const STEP = 500;

const OPERATION = 'store.reencryptAll';

/** Comes by every record, whatever stands in the due index: by SCAN, on each master of a cluster. */
export class RecordScan {
  readonly #parts: RecordScanParts;

  constructor(parts: RecordScanParts) {
    this.#parts = parts;
  }

  /**
   * The keys of the records, as Redis knows them, some hundred at a time. A record that is there all the time comes at
   * least once, unless its slot moves to another node meanwhile. A cluster client must be connected.
   */
  async *pages(): AsyncGenerator<readonly string[]> {
    const { client } = this.#parts;
    // A standalone Redis is its own only master.
    for (const master of isCluster(client) ? client.nodes('master') : [client]) yield* this.#pagesOf(master);
  }

  async *#pagesOf(node: RedisClient): AsyncGenerator<readonly string[]> {
    const { scripts, layout, timeoutMs } = this.#parts;
    // Past the cluster client, which sends a script without keys to any node.
    const connection = borrowConnection(node);
    const onNode = new ScriptRunner(connection, { timeoutMs });
    try {
      let cursor = '0';
      do {
        scripts.assertOpen(OPERATION);
        const args = [cursor, layout.recordPattern, String(STEP)];
        const reply = await onNode.run({ script: 'scan', operation: OPERATION, keys: [], args });
        const [next, names] = listOf(reply, 2);
        yield listOf(names).map(String);
        cursor = String(next);
      } while (cursor !== '0');
    } finally {
      connection.close();
    }
  }
}
