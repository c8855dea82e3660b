import { expect, it } from 'vitest';
import { RandomPool } from './random-pool.js';

/** Fills with numbers that never come again, four bytes each. */
function counting() {
  let count = 0;
  const filled: Buffer[] = [];
  const fill = (bytes: Buffer): void => {
    filled.push(bytes);
    for (let i = 0; i < bytes.byteLength; i += 4) bytes.writeUInt32BE(count++, i);
  };
  return { fill, filled };
}

it('gives no byte twice, over many fillings', () => {
  const { fill, filled } = counting();
  const pool = new RandomPool(fill);
  const drawn = Array.from({ length: 1_000 }, (_, i) =>
    i % 2 === 0 ? pool.text(32, 'hex') : Buffer.from(pool.text(48, 'base64url'), 'base64url').toString('hex'),
  );
  const words = drawn.flatMap((text) => text.match(/.{8}/g) ?? []);
  expect(words).toHaveLength(500 * (8 + 12));
  expect(new Set(words).size).toBe(words.length);
  expect(filled.length).toBeGreaterThan(9);
});

it('overwrites each byte as it is given, and no other', () => {
  const { fill, filled } = counting();
  const pool = new RandomPool(fill);
  pool.text(32, 'hex');
  const [bytes] = filled;
  expect(bytes?.subarray(0, 32)).toEqual(Buffer.alloc(32));
  expect(bytes?.subarray(32).toString('hex')).toMatch(/^00000008/);
});

it('fills again rather than give what is not random', () => {
  let fails = true;
  const pool = new RandomPool((bytes) => {
    if (fails) throw new Error('no entropy');
    bytes.fill(7);
  });
  expect(() => pool.text(32, 'hex')).toThrow('no entropy');
  expect(() => pool.text(32, 'hex')).toThrow('no entropy');
  fails = false;
  expect(pool.text(32, 'hex')).toBe('07'.repeat(32));
});

it('uses its filling to the last byte', () => {
  const { fill, filled } = counting();
  const pool = new RandomPool(fill);
  for (let i = 0; i < 4096 / 32; i++) pool.text(32, 'hex');
  expect(filled).toHaveLength(1);
  pool.text(32, 'hex');
  expect(filled).toHaveLength(2);
});

it('is the system’s generator by default', () => {
  const drawn = Array.from({ length: 1_000 }, () => new RandomPool().text(16, 'hex'));
  expect(new Set(drawn).size).toBe(1_000);
});

it('gives bytes of their own, once', () => {
  const { fill, filled } = counting();
  const pool = new RandomPool(fill);
  const first = pool.bytes(12);
  const second = pool.text(12, 'hex');
  expect(first.toString('hex')).toBe('000000000000000100000002');
  expect(second).toBe('000000030000000400000005');
  expect(filled[0]?.subarray(0, 24).every((byte) => byte === 0)).toBe(true);
});
