import { Random } from '@tt/tooling/random';
import { afterEach, describe, expect, it } from 'vitest';
import { Strand, VirtualTime } from './virtual-time.js';

const real = { setTimeout: globalThis.setTimeout, now: performance.now, random: Math.random, dateNow: Date.now };
const time = () => new VirtualTime();

afterEach(() => {
  expect({
    setTimeout: globalThis.setTimeout,
    now: performance.now,
    random: Math.random,
    dateNow: Date.now,
  }).toEqual(real);
});

describe('tasks', () => {
  it('happen at their instants, and in the order they came where that is the same', async () => {
    const virtual = time();
    const seen: string[] = [];
    const note = (what: string) => () => seen.push(`${what} at ${virtual.elapsedMs()}`);
    virtual.after(20, virtual.world, note('late'));
    virtual.after(10, virtual.world, note('first'));
    virtual.after(10, virtual.world, note('second'));
    virtual.after(31, virtual.world, note('never'));
    await virtual.runUntil(30);
    expect(seen).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(virtual.elapsedMs()).toBe(30);
  });

  it('come out of the queue sorted, however they went in', async () => {
    const random = new Random('queue');
    for (let round = 0; round < 50; round++) {
      const virtual = time();
      const seen: number[] = [];
      const delays = Array.from({ length: random.whole(0, 60) }, () => random.whole(0, 20));
      for (const delay of delays) virtual.after(delay, virtual.world, () => seen.push(delay));
      await virtual.runUntil(20);
      expect(seen).toEqual(delays.toSorted((a, b) => a - b));
    }
  });

  it('end with every promise that can go on, before the next begins', async () => {
    const virtual = time();
    const seen: string[] = [];
    virtual.after(1, virtual.world, async () => {
      for (let i = 0; i < 100; i++) await undefined;
      seen.push('first');
    });
    virtual.after(1, virtual.world, () => seen.push('second'));
    await virtual.runUntil(1);
    expect(seen).toEqual(['first', 'second']);
  });
});

describe('the global clock and chance', () => {
  it('are virtual while they are installed', async () => {
    const virtual = time();
    const seen: unknown[] = [];
    using _installed = virtual.install(() => 0.5);
    virtual.after(5, virtual.world, () => {
      setTimeout(
        (what: string) => seen.push(what, performance.now(), Date.now() - virtual.now(), Math.random()),
        1_000,
        'x',
      );
      clearTimeout(setTimeout(() => seen.push('cleared'), 10).unref());
    });
    await virtual.runUntil(2_000);
    expect(seen).toEqual(['x', 1_005, 0, 0.5]);
  });
});

describe('a strand', () => {
  /** A strand with a timer due at 10 and a message at 5, and the world's own message at 7. */
  function busy() {
    const virtual = time();
    const strand = new Strand('P1');
    const seen: string[] = [];
    const note = (what: string) => () => seen.push(`${what} at ${virtual.elapsedMs()}`);
    virtual.after(5, strand, note('message'));
    virtual.after(10, strand, note('timer'), 'timer');
    virtual.after(7, virtual.world, note('world'));
    return { virtual, strand, seen };
  }

  it('that is held up does nothing until it is let go; others go on', async () => {
    const { virtual, strand, seen } = busy();
    strand.hold();
    await virtual.runUntil(50);
    expect(seen).toEqual(['world at 7']);
    virtual.letGo(strand, false);
    await virtual.runUntil(60);
    expect(seen).toEqual(['world at 7', 'message at 50', 'timer at 50']);
  });

  it('may run its timers first, as a process does that was stopped', async () => {
    const { virtual, strand, seen } = busy();
    strand.hold();
    await virtual.runUntil(50);
    virtual.letGo(strand, true);
    await virtual.runUntil(60);
    expect(seen).toEqual(['world at 7', 'timer at 50', 'message at 50']);
  });

  it('that has ended never does anything again', async () => {
    const { virtual, strand, seen } = busy();
    strand.hold();
    await virtual.runUntil(6);
    strand.end();
    virtual.letGo(strand, false);
    await virtual.runUntil(50);
    expect(seen).toEqual(['world at 7']);
  });

  it('owns the timers that its work begins', async () => {
    const virtual = time();
    const strand = new Strand('P1');
    const seen: string[] = [];
    using _installed = virtual.install(Math.random);
    virtual.within(strand, () => setTimeout(() => seen.push('begun within'), 10));
    virtual.after(1, strand, async () => {
      await undefined;
      setTimeout(() => seen.push('begun by its task'), 10);
    });
    virtual.after(2, virtual.world, () => setTimeout(() => seen.push('of the world'), 10));
    await virtual.runUntil(3);
    strand.end();
    await virtual.runUntil(50);
    expect(seen).toEqual(['of the world']);
  });
});
