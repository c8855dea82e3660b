import { describe, expect, it, vi } from 'vitest';
import { type DescriptorSystem, DescriptorWriter } from './descriptor-writer.js';

/** A descriptor that takes so many bytes and then is full, until it is given room. */
function pipe(room = Number.POSITIVE_INFINITY) {
  const state = { room, taken: '', busy: false, failure: '', pausedMs: 0 };
  const system: DescriptorSystem = {
    writeSync(_descriptor, bytes, offset) {
      if (state.failure !== '') throw Object.assign(new Error(state.failure), { code: state.failure });
      if (state.room === 0) throw Object.assign(new Error('full'), { code: 'EAGAIN' });
      const part = bytes.subarray(offset, offset + Math.min(bytes.length - offset, state.room));
      state.room -= part.length;
      state.taken += Buffer.from(part).toString();
      return part.length;
    },
    isBusy: () => state.busy,
    pause(ms) {
      state.pausedMs += ms;
      if (state.pausedMs === 100) state.room = 1_000;
    },
  };
  return { state, writer: new DescriptorWriter(1, system) };
}

const exitListeners = (): number => process.listenerCount('exit');

describe('DescriptorWriter', () => {
  it('writes at once while there is room', () => {
    const { state, writer } = pipe();
    writer.write('a\n');
    writer.write('ü\n');
    expect(state.taken).toBe('a\nü\n');
    expect(writer.backlogBytes).toBe(0);
  });

  it('keeps what a full pipe does not take, in order and to the byte, and goes on when there is room', () => {
    vi.useFakeTimers();
    const before = exitListeners();
    const { state, writer } = pipe(4);
    writer.write('first\n');
    writer.write('second\n');
    expect(state.taken).toBe('firs');
    expect(writer.backlogBytes).toBe(9);
    expect(exitListeners()).toBe(before + 1);
    state.room = 3;
    vi.advanceTimersByTime(10);
    expect(state.taken).toBe('first\ns');
    state.room = 100;
    writer.write('third\n');
    expect(state.taken).toBe('first\ns');
    vi.advanceTimersByTime(10);
    expect(state.taken).toBe('first\nsecond\nthird\n');
    expect(writer.backlogBytes).toBe(0);
    // Nothing is left behind.
    expect(vi.getTimerCount()).toBe(0);
    expect(exitListeners()).toBe(before);
    vi.useRealTimers();
  });

  it('waits for what others have begun to write', () => {
    vi.useFakeTimers();
    const { state, writer } = pipe();
    state.busy = true;
    writer.write('a\n');
    vi.advanceTimersByTime(50);
    expect(state.taken).toBe('');
    state.busy = false;
    vi.advanceTimersByTime(10);
    expect(state.taken).toBe('a\n');
    vi.useRealTimers();
  });

  it('writes the rest when the process ends, waiting for a slow reader', () => {
    const { state, writer } = pipe(2);
    writer.write('first\nsecond\n');
    const [listener] = process.listeners('exit').slice(-1);
    listener?.call(process, 0);
    expect(state.taken).toBe('first\nsecond\n');
    expect(state.pausedMs).toBe(100);
  });

  it('does not wait for ever: a reader that takes nothing for five seconds has had its chance', () => {
    const { state, writer } = pipe(0);
    state.pausedMs = 1_000;
    writer.write('a\n');
    const [listener] = process.listeners('exit').slice(-1);
    listener?.call(process, 0);
    expect(state.pausedMs).toBe(6_000);
    state.failure = 'EPIPE';
    listener?.call(process, 0);
  });

  it('gives up for good when the reader is gone, and drops what waited', () => {
    vi.useFakeTimers();
    const { state, writer } = pipe(1);
    writer.write('a\n');
    state.failure = 'EPIPE';
    vi.advanceTimersByTime(10);
    expect(writer.backlogBytes).toBe(0);
    expect(vi.getTimerCount()).toBe(0);
    state.failure = '';
    state.room = 100;
    writer.write('b\n');
    expect(state.taken).toBe('a');
    vi.useRealTimers();
  });

  it('loses a line to a full disk, and not the next', () => {
    const { state, writer } = pipe();
    state.failure = 'ENOSPC';
    expect(() => writer.write('a\n')).not.toThrow();
    state.failure = '';
    writer.write('b\n');
    expect(state.taken).toBe('b\n');
  });
});
