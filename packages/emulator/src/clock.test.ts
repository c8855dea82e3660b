import { describe, expect, test } from 'vitest';
import { createClock } from './clock.js';
import { getUserInfo, refresh, signIn, startEmulator } from './test-support.js';

const START = new Date('2026-11-22T12:00:00Z');

describe('the clock of an emulator', () => {
  test('stands still where it was started with a Date, and moves when told', async () => {
    const { clock } = await startEmulator({ now: START });
    expect(clock.now()).toBe(START.getTime());
    clock.advance(90_000);
    expect(clock.now()).toBe(START.getTime() + 90_000);
    clock.set(new Date('2030-01-01T00:00:00Z'));
    expect(new Date(clock.now()).toISOString()).toBe('2030-01-01T00:00:00.000Z');
    clock.set(5_000);
    expect(clock.now()).toBe(5_000);
  });

  test('runs on from where it was set, when it ran before', async () => {
    const { clock } = await startEmulator();
    clock.set(START);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(clock.now()).toBeGreaterThanOrEqual(START.getTime() + 15);
    expect(clock.now()).toBeLessThan(START.getTime() + 10_000);
  });

  test('is what tokens, the request log and log ids go by', async () => {
    const emulator = await startEmulator({ now: START });
    const { accessToken, refreshToken } = await signIn(emulator);
    emulator.clock.advance(86_400_000);
    expect((await getUserInfo(emulator, accessToken, 'open_id')).status).toBe(401);
    expect((await refresh(emulator, refreshToken)).status).toBe(200);
    expect(emulator.requests().at(-1)).toMatchObject({
      at: new Date('2026-11-23T12:00:00Z'),
      logId: expect.stringMatching(/^20261123120000/),
    });
  });

  test('its now needs no this, so that it can be passed on', () => {
    const { now } = createClock(() => 7);
    expect(now()).toBe(7);
  });
});

test.each([
  [() => createClock(Date.now).advance(Number.NaN), /emulator\.clock: advance is NaN; it takes milliseconds/],
  [() => createClock(Date.now).advance(9e15), /emulator\.clock: advance is 9000000000000000/],
  [() => createClock(Date.now).set(new Date('never')), /emulator\.clock: set is an invalid Date; it takes a Date/],
])('refuses a time that is none (%#)', (move, message) => {
  expect(move).toThrow(TypeError);
  expect(move).toThrow(message);
});
