import { describe, optionError, readInteger, readRecord } from './check.js';
import { type EmulatorClientOptions, type OneOrMore, type RegisteredClient, readClients } from './client.js';
import { type EmulatorLifetimes, type Lifetimes, readLifetimes } from './lifetimes.js';
import { type EmulatorUser, type EmulatorUserOptions, readUsers } from './user.js';

/** What `createEmulator` takes; all of it optional. */
export interface EmulatorOptions {
  /** Address to listen on. Default `127.0.0.1`. */
  host?: string | undefined;
  /** Port, 0 to 65535. Default 0: a free one. */
  port?: number | undefined;
  /** Registered apps; any other is refused. Default: one ready-made app, `emulator.clients[0]`. */
  clients?: readonly EmulatorClientOptions[] | undefined;
  /** Accounts to sign in with. Default: three ready-made ones. */
  users?: readonly EmulatorUserOptions[] | undefined;
  /** The emulator's clock, in epoch milliseconds. Default `Date.now`. */
  now?: (() => number) | undefined;
  /** Makes codes, tokens and log ids the same in every run. Default: random. */
  seed?: string | number | undefined;
  /** How long tokens live. Default `'24h/365d'`. */
  lifetimes?: '24h/365d' | '2h/180d' | EmulatorLifetimes | undefined;
  /**
   * The HTTP status of OAuth errors, which TikTok does not document: `'4xx'` answers 401 for `invalid_client` and 400
   * otherwise; `'200'` answers 200, as has been seen in the wild. The body is the same. Default `'4xx'`.
   */
  oauthErrorStatus?: '4xx' | '200' | undefined;
  /** How many requests the request log keeps, the newest; `count()` stays exact. Default 1,000. */
  requestLogSize?: number | undefined;
}

export interface Settings {
  readonly host: string;
  readonly port: number;
  readonly clients: OneOrMore<RegisteredClient>;
  readonly users: OneOrMore<EmulatorUser>;
  readonly now: () => number;
  readonly seed: string | undefined;
  readonly lifetimes: Lifetimes;
  readonly oauthErrorStatus: '4xx' | '200';
  readonly requestLogSize: number;
}

const KNOWN = [
  ...['host', 'port', 'clients', 'users', 'now', 'seed', 'lifetimes', 'oauthErrorStatus', 'requestLogSize'],
];

/** Callers in plain JavaScript and JSON files come through here too, so nothing is taken on its type's word. */
export function readOptions(value: unknown): Settings {
  const record = readRecord(value ?? {}, 'options', KNOWN);
  const clients = readClients(record.clients);
  const clientKeys = clients.map((client) => client.clientKey);
  return {
    host: readHost(record.host),
    port: readInteger(record.port ?? 0, 'port', { min: 0, max: 65_535 }),
    clients,
    users: readUsers(record.users, clientKeys),
    now: readNow(record.now),
    seed: readSeed(record.seed),
    lifetimes: readLifetimes(record.lifetimes),
    oauthErrorStatus: readOauthErrorStatus(record.oauthErrorStatus),
    requestLogSize: readInteger(record.requestLogSize ?? 1_000, 'requestLogSize', { min: 0, max: 1_000_000 }),
  };
}

function readHost(value: unknown): string {
  if (value === undefined) return '127.0.0.1';
  if (typeof value === 'string' && /^[A-Za-z0-9.:%_-]+$/.test(value)) return value;
  throw optionError('host', { got: describe(value), takes: "an address or name to listen on, like '127.0.0.1'" });
}

function readNow(value: unknown): () => number {
  if (value === undefined) return Date.now;
  const takes = 'a function that returns epoch milliseconds';
  if (typeof value !== 'function') throw optionError('now', { got: describe(value), takes });
  const read = (): number => {
    const time: unknown = value();
    // The range of Date: past it no log id could be written.
    if (typeof time === 'number' && Math.abs(time) <= 8.64e15) return time;
    throw optionError('now', { got: `a function that returned ${describe(time)}`, takes });
  };
  read();
  return read;
}

function readSeed(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw optionError('seed', { got: describe(value), takes: 'a non-empty string or a number' });
}

function readOauthErrorStatus(value: unknown): '4xx' | '200' {
  if (value === undefined) return '4xx';
  if (value === '4xx' || value === '200') return value;
  throw optionError('oauthErrorStatus', { got: describe(value), takes: "'4xx' or '200'" });
}
