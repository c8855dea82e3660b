import type { SessionData } from 'express-session';
import { expect, it } from 'vitest';
import { MemorySessionStore } from './memory-session-store.js';

const session = (userId: string): SessionData => ({ cookie: { originalMaxAge: null }, userId }) as SessionData;

function get(store: MemorySessionStore, id: string): SessionData | null | undefined {
  let found: SessionData | null | undefined;
  store.get(id, (_error, value) => {
    found = value;
  });
  return found;
}

it('gives back a copy of what was set, until it is destroyed', () => {
  const store = new MemorySessionStore({ ttlMs: 1_000 });
  const original = session('u1');
  store.set('a', original);
  original.userId = 'changed';
  expect(get(store, 'a')?.userId).toBe('u1');
  store.destroy('a');
  expect(get(store, 'a')).toBeNull();
});

it('forgets a session that is not touched in time', async () => {
  const store = new MemorySessionStore({ ttlMs: 60 });
  store.set('a', session('u1'));
  store.set('b', session('u2'));
  await new Promise((resolve) => setTimeout(resolve, 40));
  store.touch('b', session('u2'));
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(get(store, 'a')).toBeNull();
  expect(get(store, 'b')?.userId).toBe('u2');
});
