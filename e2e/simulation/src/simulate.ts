import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { createEmulator, type Emulator } from '@tt/emulator';
import { MemoryTokenStore, TikTokError, TOKEN_CHANNEL, type TokenStore } from '@tt/oauth';
import { Random } from '@tt/tooling/random';
import { Checker } from './checker.js';
import { Cluster } from './cluster.js';
import { type Conditions, conditionsOf, DAY_MS, MINUTE_MS } from './conditions.js';
import { habitOf, isConstant } from './habits.js';
import type { FinalState, Happening, What } from './happening.js';
import { Network } from './network.js';
import { OpenCalls } from './open-calls.js';
import { Person } from './person.js';
import { type Numbers, Tally } from './tally.js';
import type { Violation } from './violation.js';
import type { VirtualProcess } from './virtual-process.js';
import { VirtualTime } from './virtual-time.js';
import { Weather } from './weather.js';

export interface SimulationOptions {
  readonly seed: number;
  /** How many people sign in. */
  readonly accounts: number;
  /** How long it goes on, in days. Default: 365. */
  readonly days?: number | undefined;
  /** Hears of everything. */
  readonly onHappening?: ((happening: Happening) => void) | undefined;
}

export interface SimulationResult {
  readonly seed: number;
  readonly accounts: number;
  readonly days: number;
  readonly conditions: Conditions;
  readonly violations: readonly Violation[];
  readonly numbers: Numbers;
  /** How long it took, in milliseconds of real time. */
  readonly tookMs: number;
}

const REDIRECT_URI = 'https://app.example.com/auth/tiktok/callback';
/** For what is under way, pairs that wait to be stored included. */
const SETTLING_MS = 10 * MINUTE_MS;

/** A year of the token lifecycle, with everything that can go wrong going wrong, and a verdict. */
export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const startedAt = performance.now();
  const lived = await live(options);
  return { ...lived, tookMs: performance.now() - startedAt };
}

async function live(options: SimulationOptions): Promise<Omit<SimulationResult, 'tookMs'>> {
  const { seed, accounts, days = 365 } = options;
  const random = new Random(`seed ${seed}`);
  const conditions = conditionsOf(seed);
  const time = new VirtualTime();
  const userIds = Array.from({ length: accounts }, (_, index) => `user${index + 1}`);
  using _installed = time.install(random.fork('the code').fraction);
  await using emulator = await createEmulator({
    rotation: conditions.rotation,
    refreshLifetime: conditions.refreshLifetime,
    oauthErrorStatus: conditions.oauthErrorStatus,
    listen: false,
    seed,
    now: time.now,
    rateLimits: 'off',
    requestLogSize: 0,
    lifetimes: {
      accessTokenSeconds: conditions.accessTokenLifeMs / 1000,
      refreshTokenSeconds: conditions.refreshTokenLifeMs / 1000,
    },
    users: userIds.map((username) => ({ displayName: username, username, videos: 0 })),
  });
  const year = new Year({ options, conditions, random, time, emulator, userIds });
  await year.live(days * DAY_MS);
  const { violations, numbers } = year.verdict();
  return { seed, accounts, days, conditions, violations, numbers };
}

interface YearParts {
  readonly options: SimulationOptions;
  readonly conditions: Conditions;
  readonly random: Random;
  readonly time: VirtualTime;
  readonly emulator: Emulator;
  readonly userIds: readonly string[];
}

/** One run. */
class Year {
  readonly #parts: YearParts;
  readonly #checker = new Checker();
  readonly #tally: Tally;
  readonly #store: TokenStore;
  readonly #weather: Weather;
  readonly #cluster: Cluster;
  readonly #calls: OpenCalls;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #clientKey: string;
  #stopped = false;

  constructor(parts: YearParts) {
    this.#parts = parts;
    const { conditions, random, time, emulator, userIds } = parts;
    const hear = (what: What): void => this.#hear(what);
    const [client] = emulator.clients;
    this.#clientKey = client.clientKey;
    const habits = new Map(userIds.map((userId, index) => [userId, habitOf(index)]));
    this.#tally = new Tally(this.#checker.records, (userId) =>
      isConstant(habits.get(userId) ?? 'rare', conditions, time.elapsedMs()),
    );
    this.#store = new MemoryTokenStore({ now: time.now });
    this.#weather = new Weather(random.fork('weather'), time.elapsedMs);
    this.#calls = new OpenCalls(time, hear);
    const shared = { time, emulator, hear, weather: this.#weather };
    this.#cluster = new Cluster({
      ...shared,
      client,
      redirectUri: REDIRECT_URI,
      random: random.fork('cluster'),
      size: conditions.processes,
      network: new Network({ ...shared, random: random.fork('network') }),
      link: { ...shared, store: this.#store, random: random.fork('store'), isLive: emulator.isLive },
    });
    this.#people = new Map(
      userIds.map((userId, index) => [
        userId,
        new Person(userId, habitOf(index), {
          ...shared,
          conditions,
          calls: this.#calls,
          cluster: this.#cluster,
          random: random.fork(userId),
        }),
      ]),
    );
  }

  /** From the first of January to the end, and until everything has settled. */
  async live(lengthMs: number): Promise<void> {
    const { time } = this.#parts;
    const onToken = (event: unknown): void => this.#tokenEvent(event);
    const onWarning = (warning: Error): void => this.#warned(warning);
    subscribe(TOKEN_CHANNEL, onToken);
    process.on('warning', onWarning);
    try {
      for (const person of this.#people.values()) person.begin();
      this.#cluster.trouble();
      this.#job();
      await time.runUntil(lengthMs);
      await this.#settle(lengthMs);
    } finally {
      unsubscribe(TOKEN_CHANNEL, onToken);
      process.off('warning', onWarning);
    }
  }

  verdict(): { readonly violations: readonly Violation[]; readonly numbers: Numbers } {
    return { violations: this.#checker.violations, numbers: this.#tally.numbers() };
  }

  /** Nobody does anything more, nothing is broken, and every account is looked at, and then asked for. */
  async #settle(fromMs: number): Promise<void> {
    const { time, random } = this.#parts;
    this.#stopped = true;
    for (const person of this.#people.values()) person.stop();
    this.#weather.clearUp();
    this.#cluster.heal();
    await time.runUntil(fromMs + SETTLING_MS);
    this.#checker.look(await this.#states(), time.now());
    const asking = random.fork('the end');
    for (const person of this.#people.values()) {
      const process = this.#cluster.any(asking);
      if (process !== undefined) person.askForNew(process);
    }
    await time.runUntil(fromMs + 2 * SETTLING_MS);
    // A breaker that is half open lets one of many through; by now it has closed.
    for (const person of this.#people.values()) {
      const process = this.#cluster.any(asking);
      if (process !== undefined) person.ask(process);
    }
    await time.runUntil(fromMs + 3 * SETTLING_MS);
    this.#calls.complain();
    const states = await this.#states();
    this.#checker.finish(states, time.now());
    this.#tally.end(states, time.now());
  }

  /** The job that refreshes whatever is due, in whichever process. */
  #job(): void {
    const { time, random, conditions } = this.#parts;
    time.after(conditions.jobEveryMs, time.world, () => {
      if (this.#stopped) return;
      const process = this.#cluster.any(random);
      if (process !== undefined) this.#calls.make(process, () => this.#runJob(process));
      this.#job();
    });
  }

  async #runJob(process: VirtualProcess): Promise<void> {
    try {
      await process.oauth.forEachDue();
    } catch (error) {
      if (!TikTokError.isInstance(error)) throw error;
    }
  }

  async #states(): Promise<readonly FinalState[]> {
    const { emulator } = this.#parts;
    return Promise.all(
      [...this.#people.values()].map(async ({ userId, state }) => {
        const found = await this.#store.get({ clientKey: this.#clientKey, userId });
        return {
          userId,
          expected: state === 'signed_in' ? 'tokens' : 'nothing',
          stored: found && {
            refreshToken: found.record.refreshToken,
            live: emulator.isLive(found.record.refreshToken),
            signInNeeded: found.record.signInNeeded?.reason,
          },
        };
      }),
    );
  }

  #hear(what: What): void {
    const { time, options } = this.#parts;
    const happening = { ...what, at: time.now() };
    this.#checker.hear(happening);
    this.#tally.hear(happening);
    options.onHappening?.(happening);
    if (what.kind === 'killed') this.#calls.cutOff(what.process);
    if (!('userId' in what)) return;
    const person = this.#people.get(what.userId);
    if (what.kind === 'sent') person?.beingRefreshed();
    if (what.kind === 'account_hindered' || (what.kind === 'arrived' && what.how !== 'well')) person?.inTrouble();
  }

  /** Such as one of listeners that leak. */
  #warned({ name, message }: Error): void {
    if (name === 'ExperimentalWarning' || name === 'DeprecationWarning') return;
    this.#hear({ kind: 'unexpected', process: 'a process', error: `${name}: ${message}` });
  }

  #tokenEvent(event: unknown): void {
    const told = typeof event === 'object' && event !== null && 'event' in event ? event : undefined;
    if (told?.event === 'served_anyway' && 'why' in told) this.#tally.servedAnyway(String(told.why));
  }
}
