import { expect, it } from 'vitest';
import { RandomIds } from './random-ids.js';

it('are 16 bytes each, and none comes twice, over many pools and many stores', () => {
  const stores = Array.from({ length: 8 }, () => new RandomIds());
  const ids = stores.flatMap((store) => Array.from({ length: 1_000 }, () => store.draw()));
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(Buffer.from(id, 'base64url').toString('base64url')).toBe(id);
  expect(ids.every((id) => Buffer.from(id, 'base64url').byteLength === 16)).toBe(true);
  // All bits are drawn: over 8,000 ids each byte takes every value.
  for (let place = 0; place < 16; place += 1) {
    expect(new Set(ids.map((id) => Buffer.from(id, 'base64url')[place])).size).toBe(256);
  }
});
