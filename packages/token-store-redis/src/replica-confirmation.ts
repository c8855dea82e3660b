import { isCluster, type RedisClient, type RedisDuplicate } from './redis-client.js';

/** How many replicas should have a write before it is called done. */
export interface WaitForReplicas {
  readonly count: number;
  /** In milliseconds. */
  readonly timeoutMs: number;
}

interface ConfirmationOptions extends WaitForReplicas {
  readonly client: RedisClient;
}

/** A record that was written. */
interface WrittenRecord {
  readonly name: string;
  readonly version: string;
}

interface Waiting extends WrittenRecord {
  readonly confirm: (enough: boolean) => void;
  givenUp: boolean;
}

/**
 * WAIT speaks of what its own connection has written, so the record's end is written once more, as it is, where it still
 * stands at the version: after a failover to a replica that never had it there is nothing to confirm.
 * KEYS record. ARGV version. Answers 0 where there is no record, so that it was lost, or deleted meanwhile.
 */
const TOUCH = `
local current = redis.call('GET', KEYS[1])
if not current then
  return 0
end
if string.match(current, '^[^:]*') == ARGV[1] then
  redis.call('PEXPIREAT', KEYS[1], redis.call('PEXPIRETIME', KEYS[1]))
end
return 1
`;

/**
 * Waits until replicas have a write, on a connection of its own, as WAIT holds up everything behind it on the same one.
 * What is written while Redis is asked is asked for together, next; so a replica that is gone costs each write its time
 * limit and no more, however many there are.
 */
export class ReplicaConfirmation {
  readonly #options: ConfirmationOptions;
  #connection: RedisDuplicate | undefined;
  #waiting: Waiting[] = [];
  #asking = false;
  #closed = false;
  #warned = false;

  constructor(options: ConfirmationOptions) {
    this.#options = options;
  }

  /** Resolves when enough replicas have the write, or the time is over. Never rejects: the write stands. */
  async confirm(written: WrittenRecord): Promise<void> {
    if (this.#closed) return;
    const enough = await this.#inTime(written);
    if (enough) this.#warned = false;
    else this.#warn();
  }

  close(): void {
    this.#closed = true;
    for (const { confirm } of this.#waiting.splice(0)) confirm(false);
    this.#drop();
  }

  #inTime(written: WrittenRecord): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = {
        ...written,
        givenUp: false,
        confirm: (enough) => {
          clearTimeout(timer);
          resolve(enough);
        },
      };
      const timer = setTimeout(() => {
        waiting.givenUp = true;
        resolve(false);
      }, this.#options.timeoutMs);
      this.#waiting.push(waiting);
      if (!this.#asking) void this.#askForAll();
    });
  }

  async #askForAll(): Promise<void> {
    this.#asking = true;
    while (this.#waiting.length > 0) {
      const round = this.#waiting.splice(0).filter(({ givenUp }) => !givenUp);
      // A cluster takes commands for one slot at a time, and sends WAIT where the record before it lives.
      const groups = isCluster(this.#options.client) ? round.map((one) => [one]) : [round];
      await Promise.all(groups.filter((group) => group.length > 0).map((group) => this.#ask(group)));
    }
    this.#asking = false;
  }

  async #ask(group: readonly Waiting[]): Promise<void> {
    const { count, timeoutMs } = this.#options;
    try {
      const touches = group.map(({ name, version }) => ['eval', TOUCH, '1', name, version]);
      const pipeline = this.#connected().pipeline([...touches, ['wait', String(count), String(timeoutMs)]]);
      const answers = await withinTime(pipeline.exec(), 2 * timeoutMs);
      const replicas = Number(answers?.at(-1)?.[1] ?? 0);
      for (const [n, { confirm }] of group.entries()) {
        const [error, there] = answers?.[n] ?? [];
        confirm(error === null && Number(there) === 1 && replicas >= count);
      }
    } catch {
      for (const { confirm } of group) confirm(false);
      this.#drop();
    }
  }

  #connected(): RedisDuplicate {
    if (this.#connection === undefined) {
      const { client } = this.#options;
      this.#connection = isCluster(client)
        ? client.duplicate()
        : client.duplicate({ enableOfflineQueue: true, retryStrategy: null });
      const connection = this.#connection;
      connection.on('error', () => undefined);
      connection.on('end', () => {
        if (this.#connection === connection) this.#connection = undefined;
      });
    }
    return this.#connection;
  }

  #drop(): void {
    this.#connection?.disconnect();
    this.#connection = undefined;
  }

  /** Once, until enough replicas confirm again: an outage of theirs would fill the log. */
  #warn(): void {
    if (this.#closed || this.#warned) return;
    this.#warned = true;
    const { count, timeoutMs } = this.#options;
    process.emitWarning(
      `Fewer than ${count} replicas confirmed a write of the Redis token store within ${timeoutMs} ms. ` +
        'The write stands, and is lost if its master is lost before they have it.',
      { code: 'TT_STORE_REPLICAS' },
    );
  }
}

async function withinTime<Value>(answer: Promise<Value>, timeoutMs: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
