/** Where log lines go: anything with a `write`, `process.stdout` for one. Each call is one whole line. */
export interface LogDestination {
  write(line: string): unknown;
}

/** A destination that is broken must not break the code that logs. */
export function guarded(destination: LogDestination): LogDestination {
  return {
    write(line) {
      try {
        destination.write(line);
      } catch {
        // There is nowhere left to say so.
      }
    },
  };
}
