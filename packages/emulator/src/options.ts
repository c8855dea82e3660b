import { describe, naming, optionError, readBoolean, readInteger, readRecord } from './check.js';
import { type EmulatorClientOptions, type OneOrMore, type RegisteredClient, readClients } from './client.js';
import { MAX_TIME_MS } from './clock.js';
import { type EmulatorLifetimes, type Lifetimes, readLifetimes } from './lifetimes.js';
import { type EmulatorRateLimits, type RateLimitSettings, readRateLimits } from './rate-limits.js';
import type { EmulatorRequest } from './request-log.js';
import { type EmulatorRules, RULE_NAMES, type Rules, readRules } from './rules.js';
import { type EmulatorUserOptions, readUsers, type UserSetup } from './user.js';

/** What `createEmulator` takes; all of it optional. */
export interface EmulatorOptions extends EmulatorRules {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string | undefined;
  /** Port, 0 to 65535. Default 0: a free one. */
  port?: number | undefined;
  /** Whether to listen at all. Without, only `emulator.fetch` and `emulator.consent` reach it. Default `true`. */
  listen?: boolean | undefined;
  /** Whether other processes may control it over HTTP, and on which port (default 0: a free one). Default `false`. */
  control?: boolean | { port?: number | undefined } | undefined;
  /** Registered apps; any other is refused. Default: one ready-made app, `emulator.clients[0]`. */
  clients?: readonly EmulatorClientOptions[] | undefined;
  /** Accounts to sign in with. Default: three ready-made ones. */
  users?: readonly EmulatorUserOptions[] | undefined;
  /** The clock to start from: epoch milliseconds by a function, or an instant at which it stands still. Default `Date.now`. */
  now?: (() => number) | Date | undefined;
  /** Makes codes, tokens, log ids and the dice of faults the same in every run. Default: random. */
  seed?: string | number | undefined;
  /** How long tokens live. Default `'24h/365d'`. */
  lifetimes?: '24h/365d' | '2h/180d' | EmulatorLifetimes | undefined;
  /** How often the API may be asked, or `'off'`. Default: 600 times a minute for each app and endpoint. */
  rateLimits?: 'off' | EmulatorRateLimits | undefined;
  /** How many requests the request log keeps, the newest; `count()` stays exact. Default 1,000. */
  requestLogSize?: number | undefined;
  /** Hears of every request as it is answered. It must not throw. */
  onRequest?: ((request: EmulatorRequest) => void) | undefined;
}

export interface Settings {
  /** Where to listen; `undefined` for nowhere. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  /** Port of the control; `undefined` for no control. */
  readonly controlPort: number | undefined;
  readonly clients: OneOrMore<RegisteredClient>;
  readonly users: OneOrMore<UserSetup>;
  readonly now: () => number;
  readonly seed: string | undefined;
  readonly lifetimes: Lifetimes;
  readonly rateLimits: RateLimitSettings;
  readonly rules: Rules;
  readonly requestLogSize: number;
  readonly onRequest: ((request: EmulatorRequest) => void) | undefined;
}

const KNOWN = [
  ...['host', 'port', 'listen', 'control', 'clients', 'users', 'now', 'seed', 'lifetimes', 'rateLimits'],
  ...['requestLogSize', 'onRequest', ...RULE_NAMES],
];

/** Callers in plain JavaScript and JSON files come through here too, so nothing is taken on its type's word. */
export function readOptions(value: unknown): Settings {
  const record = readRecord(value ?? {}, 'options', KNOWN);
  const clients = readClients(record.clients);
  const clientKeys = clients.map((client) => client.clientKey);
  const host = readHost(record.host);
  const port = readPort(record.port, 'port');
  return {
    address: readBoolean(record.listen ?? true, 'listen') ? { host, port } : undefined,
    controlPort: readControl(record.control),
    clients,
    users: readUsers(record.users, clientKeys),
    now: readNow(record.now),
    seed: readSeed(record.seed),
    lifetimes: readLifetimes(record.lifetimes),
    rateLimits: readRateLimits(record.rateLimits),
    rules: readRules(record),
    requestLogSize: readInteger(record.requestLogSize ?? 1_000, 'requestLogSize', { min: 0, max: 1_000_000 }),
    onRequest: readListener(record.onRequest),
  };
}

function readPort(value: unknown, option: string): number {
  return readInteger(value ?? 0, option, { min: 0, max: 65_535 });
}

function readControl(value: unknown): number | undefined {
  if (value === undefined || value === false) return undefined;
  if (value === true) return 0;
  if (typeof value !== 'object')
    throw optionError('control', { got: describe(value), takes: 'true, false or { port }' });
  return readPort(readRecord(value, 'control', ['port']).port, 'control.port');
}

function readHost(value: unknown): string {
  if (value === undefined) return '127.0.0.1';
  if (typeof value === 'string' && /^[A-Za-z0-9.:%_-]+$/.test(value)) return value;
  throw optionError('host', { got: describe(value), takes: "an address or name to listen on, like '127.0.0.1'" });
}

function readNow(value: unknown): () => number {
  if (value === undefined) return Date.now;
  const takes = 'a Date, or a function that returns epoch milliseconds';
  if (value instanceof Date && !Number.isNaN(value.getTime())) {
    const instant = value.getTime();
    return () => instant;
  }
  if (typeof value !== 'function') throw optionError('now', { got: describe(value), takes });
  const read = (): number => {
    const time: unknown = value();
    if (typeof time === 'number' && Math.abs(time) <= MAX_TIME_MS) return time;
    throw optionError('now', { got: `a function that returned ${describe(time)}`, takes });
  };
  read();
  return () => naming('createEmulator', read);
}

function readSeed(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw optionError('seed', { got: describe(value), takes: 'a non-empty string or a number' });
}

function readListener(value: unknown): ((request: EmulatorRequest) => void) | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw optionError('onRequest', { got: describe(value), takes: 'a function' });
  return (request) => {
    value(request);
  };
}
