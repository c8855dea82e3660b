import type { Random } from '@tt/tooling/random';
import { HOUR_MS, MAX_SKEW_MS, MINUTE_MS } from './conditions.js';
import type { What } from './happening.js';
import { VirtualProcess, type VirtualProcessParts } from './virtual-process.js';
import type { VirtualTime } from './virtual-time.js';
import type { ProcessMishap } from './weather.js';

export interface ClusterParts extends Omit<VirtualProcessParts, 'befall' | 'refreshInBackground'> {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly hear: (what: What) => void;
  readonly size: number;
}

/** The processes of an application, which come and go: killed, held up, deployed anew, their clocks set. */
export class Cluster {
  readonly #parts: ClusterParts;
  readonly #slots: VirtualProcess[];
  #starts = 0;
  #stopped = false;

  constructor(parts: ClusterParts) {
    this.#parts = parts;
    this.#slots = Array.from({ length: parts.size }, (_, slot) => this.#start(slot));
  }

  /** One that takes work. One that is held up does too: nobody has noticed. */
  any(random: Random): VirtualProcess | undefined {
    const able = this.#slots.filter(({ leaving, strand }) => !leaving && !strand.ended);
    return able[random.whole(0, able.length - 1)];
  }

  /** Begins to trouble them, each kind of trouble so many times a day. */
  trouble(): void {
    const { weather } = this.#parts.link;
    const each = (perDay: number, befall: (process: VirtualProcess) => void): void =>
      this.#often(perDay * this.#slots.length, () => {
        const process = this.any(this.#parts.random);
        if (process !== undefined) befall(process);
      });
    each(0.1, (process) => this.kill(process));
    each(0.05, (process) => this.#deploy(process));
    each(0.5, (process) => this.pause(process, this.#parts.random.between(1_000, 180_000)));
    each(0.2, (process) => this.#setClock(process));
    each(0.15, (process) => this.#cutLink(process, this.#parts.random.between(2_000, 20 * MINUTE_MS)));
    this.#often(0.04, () => {
      const forMs = this.#parts.random.between(10_000, 2 * HOUR_MS);
      for (const process of this.#slots) this.#cutLink(process, forMs);
    });
    this.#often(0.06, () => {
      weather.outage('begins');
      this.#later(this.#parts.random.between(MINUTE_MS, 5 * HOUR_MS), () => weather.outage('ends'));
    });
  }

  /** Nothing happens to them any more, and what was broken is mended. */
  heal(): void {
    this.#stopped = true;
    for (const process of this.#slots) {
      this.#wake(process);
      process.link.mend();
    }
  }

  kill(process: VirtualProcess): void {
    if (process.strand.ended) return;
    process.end();
    this.#parts.hear({ kind: 'killed', process: process.name });
    this.#later(this.#parts.random.between(1_000, 90_000), () => this.#restart(process), true);
  }

  pause(process: VirtualProcess, forMs: number): void {
    if (process.strand.held || process.strand.ended) return;
    this.#parts.hear({ kind: 'hindered', process: process.name, how: `held up for ${Math.round(forMs / 1000)} s` });
    process.strand.hold();
    this.#later(forMs, () => this.#wake(process), true);
  }

  #befall(process: VirtualProcess, { what, forMs }: ProcessMishap): void {
    switch (what) {
      case 'kill':
        this.kill(process);
        break;
      case 'pause':
        this.pause(process, forMs);
        break;
      case 'deploy':
        this.#deploy(process);
        break;
      case 'cut_link':
        this.#cutLink(process, forMs);
        // Whoever sees that it has trouble starts it anew.
        if (this.#parts.random.chance(0.3)) this.#later(forMs / 2, () => this.#deploy(process));
        break;
    }
  }

  #wake(process: VirtualProcess): void {
    if (!process.strand.held) return;
    this.#parts.hear({ kind: 'hindered', process: process.name, how: 'goes on', standstill: true });
    // A process that was stopped runs its timers before it reads what has come for it; one on a machine that stood
    // still sees everything in its order.
    this.#parts.time.letGo(process.strand, this.#parts.random.chance(0.5));
  }

  #deploy(process: VirtualProcess): void {
    const { time, hear } = this.#parts;
    if (process.leaving || process.strand.ended) return;
    process.leaving = true;
    time.after(0, process.strand, async () => {
      hear({ kind: 'closing', process: process.name });
      const unsaved = await closing(process);
      hear({ kind: 'closed', process: process.name, unsaved });
      process.end();
      hear({ kind: 'killed', process: process.name });
      time.after(2_000, time.world, () => this.#restart(process));
    });
  }

  #setClock(process: VirtualProcess): void {
    process.skewMs = this.#skew();
  }

  #cutLink({ link }: VirtualProcess, forMs: number): void {
    link.cut();
    this.#later(forMs, () => link.mend());
  }

  #restart(process: VirtualProcess): void {
    const slot = this.#slots.indexOf(process);
    if (slot !== -1) this.#slots[slot] = this.#start(slot);
  }

  #start(slot: number): VirtualProcess {
    const { random } = this.#parts;
    this.#starts += 1;
    return new VirtualProcess(`P${slot + 1}.${this.#starts}`, this.#skew(), {
      ...this.#parts,
      refreshInBackground: random.chance(0.25),
      // What it was just doing comes to its next wait: a request that it sends has left it.
      befall: (process, mishap) => this.#later(0, () => this.#befall(process, mishap), true),
    });
  }

  #skew(): number {
    return this.#parts.random.between(-MAX_SKEW_MS, MAX_SKEW_MS);
  }

  /** @param always Also where everything is over: what was broken has to be mended. */
  #later(delayMs: number, run: () => void, always = false): void {
    const { time } = this.#parts;
    time.after(delayMs, time.world, () => {
      if (always || !this.#stopped) run();
    });
  }

  /** At instants drawn so that there are so many a day, as far apart as chance will have it. */
  #often(perDay: number, run: () => void): void {
    const waitMs = (-Math.log(1 - this.#parts.random.fraction()) * 24 * HOUR_MS) / perDay;
    this.#later(waitMs, () => {
      run();
      this.#often(perDay, run);
    });
  }
}

/** Closes it, and tells for whom it could not store new tokens. */
async function closing({ oauth }: VirtualProcess): Promise<readonly string[]> {
  try {
    await oauth.close();
    return [];
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    return [...error.message.matchAll(/"([^"]+)"/g)].map(([, userId = '']) => userId);
  }
}
