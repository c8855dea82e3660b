import { writeSync } from 'node:fs';

/** The parts of the system a {@link DescriptorWriter} uses, so that tests can play them. */
export interface DescriptorSystem {
  writeSync(descriptor: number, bytes: Uint8Array, offset: number): number;
  /** Whether someone else's writes to the same descriptor are still waiting. */
  isBusy(): boolean;
  /** Stops everything for so many milliseconds. Only used while the process ends. */
  pause(ms: number): void;
}

/** How often a full pipe is asked whether it has room, in milliseconds. */
const RETRY_MS = 10;

/** How long an ending process waits for a reader that takes nothing, in milliseconds. */
const PATIENCE_MS = 5_000;

/**
 * Writes to a pipe, file or terminal at once, so that nothing is lost when the process ends right after. Where a pipe is
 * full it neither waits nor loses: the rest is kept and written when there is room, at the latest when the process ends.
 *
 * `process.stdout` cannot do that: on a pipe it writes in the background, and `process.exit()` drops what is left.
 */
export class DescriptorWriter {
  readonly #descriptor: number;
  readonly #system: DescriptorSystem;
  #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The reader is gone for good. */
  #broken = false;

  constructor(descriptor: number, system: DescriptorSystem) {
    this.#descriptor = descriptor;
    this.#system = system;
  }

  /** How much waits for the reader. */
  get backlogBytes(): number {
    return this.#backlogBytes;
  }

  write(line: string): void {
    if (this.#broken) return;
    const bytes = Buffer.from(line);
    const mustWait = this.#backlog.length > 0 || this.#system.isBusy();
    const written = mustWait ? 0 : this.#writeSome(bytes);
    if (written < bytes.length) this.#keep(bytes.subarray(written));
  }

  /** @returns How many bytes need no more care. */
  #writeSome(bytes: Uint8Array): number {
    let written = 0;
    while (written < bytes.length) {
      try {
        written += this.#system.writeSync(this.#descriptor, bytes, written);
      } catch (error) {
        const code: unknown = Reflect.get(Object(error), 'code');
        if (code === 'EAGAIN') return written;
        if (code === 'EINTR') continue;
        // Nobody reads any more; a full disk, on the other hand, can have room for the next line.
        if (code === 'EPIPE' || code === 'EBADF') this.#broken = true;
        return bytes.length;
      }
    }
    return written;
  }

  #keep(bytes: Uint8Array): void {
    this.#backlog.push(bytes);
    this.#backlogBytes += bytes.length;
    if (this.#timer !== undefined) return;
    // It must not keep a process alive that has nothing else to do: then the exit writes the rest.
    this.#timer = setInterval(() => {
      if (!this.#system.isBusy()) this.#writeBacklog();
    }, RETRY_MS).unref();
    process.on('exit', this.#writeAll);
  }

  /** @returns Whether anything could be written. */
  #writeBacklog(): boolean {
    const before = this.#backlogBytes;
    let done = 0;
    for (const bytes of this.#backlog) {
      const written = this.#writeSome(bytes);
      this.#backlogBytes -= written;
      if (written < bytes.length) {
        this.#backlog[done] = bytes.subarray(written);
        break;
      }
      done += 1;
    }
    this.#backlog.splice(0, this.#broken ? this.#backlog.length : done);
    if (this.#backlog.length === 0) this.#rest();
    return this.#backlogBytes < before;
  }

  #rest(): void {
    this.#backlogBytes = 0;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.off('exit', this.#writeAll);
  }

  readonly #writeAll = (): void => {
    let waitedMs = 0;
    while (this.#backlog.length > 0 && waitedMs < PATIENCE_MS) {
      if (this.#writeBacklog()) {
        waitedMs = 0;
      } else {
        this.#system.pause(RETRY_MS);
        waitedMs += RETRY_MS;
      }
    }
  };
}

/** All copies of this package share the writer of a stream, or their lines could end up inside each other. */
const WRITER = Symbol.for('@tt/logger.writer.v1');

/** What all versions of a writer have. */
export interface SharedWriter {
  readonly backlogBytes: number;
  write(line: string): void;
}

/** The one writer to the descriptor of `stream`, which is `process.stdout` or `process.stderr`. */
export function writerOf(stream: NodeJS.WriteStream & { readonly fd: number }): SharedWriter {
  const existing: unknown = Reflect.get(stream, WRITER);
  if (existing !== undefined) return existing as SharedWriter;
  const created = new DescriptorWriter(stream.fd, {
    writeSync: (descriptor, bytes, offset) => writeSync(descriptor, bytes, offset),
    isBusy: () => stream.writableLength > 0,
    pause: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  });
  Object.defineProperty(stream, WRITER, { value: created });
  return created;
}
