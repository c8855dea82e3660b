import { createWriteStream, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { describe, expect, it, vi } from 'vitest';
import { createLogger } from './create-logger.js';
import type { LogDestination } from './destination.js';

const outputs = ['json', 'pretty'] as const;

describe.each(outputs)('a broken destination (%s)', (output) => {
  const log = (destination: LogDestination): void => {
    const logger = createLogger({ destination, output });
    for (let count = 0; count < 3; count++) logger.error('m', new Error('e'), { count });
  };

  it('that throws', () => {
    const write = vi.fn(() => {
      throw new Error('disk full');
    });
    log({ write });
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('that was destroyed, or ended', async () => {
    const destroyed = new Writable({ write: (_chunk, _encoding, done) => done() });
    destroyed.destroy();
    log(destroyed);
    const ended = new Writable({ write: (_chunk, _encoding, done) => done() });
    ended.end();
    log(ended);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('that emits an error, now or later', async () => {
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('broken')) });
    log(failing);
    await new Promise((resolve) => setImmediate(resolve));
    failing.emit('error', new Error('later'));
    expect(failing.destroyed).toBe(true);
  });

  it('that only looks like a stream', () => {
    const on = vi.fn(() => {
      throw new Error('no');
    });
    log({ write: vi.fn(), on, listeners: () => [] } as LogDestination);
    expect(on).toHaveBeenCalledTimes(1);
    log({ write: vi.fn(), on, listeners: 'none' } as LogDestination);
  });
});

it('listens for errors once on each stream, however many loggers write to it', () => {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done() });
  for (let count = 0; count < 50; count++) createLogger({ destination: stream }).child({}).info('m');
  expect(stream.listenerCount('error')).toBe(1);
});

it('a slow destination is waited for up to a bound; then lines are left out, and it says how many', () => {
  const pending: (() => void)[] = [];
  const received: string[] = [];
  const slow = new Writable({
    decodeStrings: false,
    write(chunk, _encoding, done) {
      received.push(String(chunk));
      pending.push(done);
    },
  });
  const logger = createLogger({ destination: slow, output: 'json' });
  const text = 'x'.repeat(9_000);
  for (let count = 0; count < 3_000; count++) logger.info(text, { count });
  expect(slow.writableLength).toBeLessThan(17 * 1024 * 1024);

  const drain = (): void => {
    while (pending.length > 0) pending.shift()?.();
  };
  drain();
  while (slow.writableLength > 0) drain();
  logger.info('after');
  while (slow.writableLength > 0) drain();

  const lines = received.map((line) => JSON.parse(line));
  const kept = lines.filter(({ msg }) => msg === text);
  expect(lines.at(-2)).toMatchObject({
    level: 'warn',
    msg: 'Log lines were left out: the destination was too slow',
    lines: 3_000 - kept.length,
  });
  expect(lines.at(-1)).toMatchObject({ msg: 'after' });
  expect(kept.length).toBeGreaterThan(1_000);
  logger.info('again');
  while (slow.writableLength > 0) drain();
  expect(JSON.parse(received.at(-1) ?? '')).toMatchObject({ msg: 'again' });
});

it('a file stream gets whole lines', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tt-logger-'));
  const file = createWriteStream(join(folder, 'app.log'));
  const logger = createLogger({ destination: file, output: 'json' });
  for (let count = 0; count < 100; count++) logger.info('m', { count });
  file.end();
  await finished(file);
  const lines = readFileSync(join(folder, 'app.log'), 'utf8').trimEnd().split('\n');
  await rm(folder, { recursive: true });
  expect(lines.map((line) => JSON.parse(line).count)).toEqual(Array.from({ length: 100 }, (_item, count) => count));
});

it('whoever takes over the write of standard output gets the lines', () => {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  createLogger({ output: 'json' }).info('Taken over');
  expect(write).toHaveBeenCalledWith(expect.stringContaining('"msg":"Taken over"'));
});
