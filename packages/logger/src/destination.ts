import { type SharedWriter, writerOf } from './descriptor-writer.js';

/** Where log lines go: anything with a `write`, `process.stdout` for one. Each call is one whole line. */
export interface LogDestination {
  write(line: string): unknown;
}

/** A destination that breaks nobody, whatever becomes of it. */
export interface GuardedDestination {
  write(line: string): void;
  /** How many lines were left out, once there is room again to say so; then it is 0 again. */
  takeLost(): number;
}

/** As much waits for a slow reader, in bytes; what comes then is left out and counted. */
const MOST_WAITING = 16 * 1024 * 1024;

/**
 * A destination that is broken must not break the code that logs: what it throws or emits as an error is swallowed, and
 * what it does not take in time is kept within bounds.
 */
export function guarded(destination: LogDestination): GuardedDestination {
  swallowErrors(destination);
  const writer = standardWriter(destination);
  let lost = 0;
  return {
    write(line) {
      const standard = writer();
      if ((standard?.backlogBytes ?? waiting(destination)) > MOST_WAITING) {
        lost += 1;
        return;
      }
      try {
        (standard ?? destination).write(line);
      } catch {
        // There is nowhere left to say so.
      }
    },
    takeLost() {
      if (lost === 0 || (writer()?.backlogBytes ?? waiting(destination)) > MOST_WAITING / 2) return 0;
      const taken = lost;
      lost = 0;
      return taken;
    },
  };
}

function waiting(destination: LogDestination): number {
  const length: unknown = Object(destination).writableLength;
  return typeof length === 'number' ? length : 0;
}

/**
 * Standard output and error have a writer of their own, unless someone has taken over their `write`, as test runners and
 * agents do: then the lines are theirs. Which stream it is stays the same, and is asked at the first line: only to ask makes
 * Node open both of them.
 */
function standardWriter(destination: LogDestination): () => SharedWriter | undefined {
  let found: SharedWriter | null | undefined;
  return () => {
    if (found === undefined) found = isStandardStream(destination) ? writerOf(destination) : null;
    return found === null || Object.hasOwn(destination, 'write') ? undefined : found;
  };
}

function isStandardStream(destination: LogDestination): destination is NodeJS.WriteStream & { readonly fd: number } {
  return (
    (destination === process.stdout || destination === process.stderr) &&
    // A worker thread's have none.
    typeof Reflect.get(destination, 'fd') === 'number'
  );
}

/** A stream without a listener for its errors ends the process with one. */
function swallowErrors(destination: LogDestination): void {
  const on: unknown = Reflect.get(destination, 'on');
  const listeners: unknown = Reflect.get(destination, 'listeners');
  if (typeof on !== 'function' || typeof listeners !== 'function') return;
  try {
    // Once for each stream, however many loggers write to it.
    const known: unknown = Reflect.apply(listeners, destination, ['error']);
    if (!Array.isArray(known) || !known.includes(ignore)) Reflect.apply(on, destination, ['error', ignore]);
  } catch {
    // It only looked like a stream.
  }
}

function ignore(): void {}
