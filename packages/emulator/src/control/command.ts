import { describe, optionError } from '../check.js';
import type { Emulator } from '../emulator.js';
import type { EmulatorFaultHandle } from '../faults/faults.js';
import type { EmulatorUserControl } from '../user-control.js';

/** What commands work on: the emulator, with methods that read for themselves what they are given. */
export interface CommandTarget
  extends Pick<
    Emulator,
    'url' | 'clients' | 'users' | 'clock' | 'consent' | 'requests' | 'count' | 'isLive' | 'replays' | 'reset'
  > {
  user(username: string): Omit<EmulatorUserControl, 'addVideos'> & { addVideos(videos: unknown): unknown };
  addUser(user: unknown): unknown;
  fail(matcher: unknown, fault: unknown, options: unknown): EmulatorFaultHandle;
}

export interface CommandContext {
  readonly target: CommandTarget;
  /** Faults placed over HTTP, by the id they were given. */
  readonly faults: Map<string, EmulatorFaultHandle>;
}

/** A request of the control: `POST /<name>` with a JSON object. */
export interface Command {
  /** The properties its body may have; `undefined` when `run` checks them itself. */
  readonly takes: readonly string[] | undefined;
  /** What it returns is sent as JSON. */
  run(body: Readonly<Record<string, unknown>>, context: CommandContext): unknown;
}

/** Reads a property that may be left out. */
export function optional<Kind>(
  value: unknown,
  option: string,
  read: (value: unknown, option: string) => Kind,
): Kind | undefined {
  return value === undefined ? undefined : read(value, option);
}

export function faultOf(id: unknown, faults: CommandContext['faults']): EmulatorFaultHandle {
  const fault = typeof id === 'string' ? faults.get(id) : undefined;
  if (fault !== undefined) return fault;
  throw optionError('id', { got: describe(id), takes: 'an id that "fail" answered' });
}
