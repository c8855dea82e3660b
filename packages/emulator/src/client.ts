import { describe, optionError, readArray, readChoice, readRecord, readText, readToken } from './check.js';
import { type ParsedRedirectUri, parseRedirectUri, type RegisteredRedirectUri } from './redirect-uri.js';
import { readScopes } from './scopes.js';

/** An app to register with the emulator. */
export interface EmulatorClientOptions {
  /** Printable ASCII. Real production keys start with `aw`, sandbox keys with `sbaw`. */
  clientKey: string;
  /** Printable ASCII. */
  clientSecret: string;
  /** Shown on the consent page. Default: the client key. */
  name?: string | undefined;
  /**
   * 1 to 10 redirect URIs, without query and fragment, under 512 characters each: `https` anywhere, or `http(s)` on
   * `localhost` or `127.0.0.1` with a port. The port of a loopback URI may be `*`.
   */
  redirectUris: readonly string[];
  /** Scopes the app was approved for. Default: `['user.info.basic']`, which every app with Login Kit has. */
  scopes?: readonly string[] | undefined;
  /** `'draft'`: TikTok has not let the app go live yet, and refuses its key. Default `'live'`. */
  status?: 'live' | 'draft' | undefined;
  /**
   * Usernames of the people who may sign in; giving any makes this the client of a sandbox, which has up to 10 of them.
   * Default: it is no sandbox, and anybody may.
   */
  targetUsers?: readonly string[] | undefined;
}

/** A registered app, with the defaults filled in. */
export interface EmulatorClient {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
  readonly scopes: readonly string[];
  readonly status: 'live' | 'draft';
  /** `undefined` unless it is a sandbox. */
  readonly targetUsers: readonly string[] | undefined;
}

/** The client and its redirect URIs ready to be matched. */
export interface RegisteredClient extends EmulatorClient {
  readonly registered: readonly RegisteredRedirectUri[];
}

/** At least one: an emulator nobody may talk to is a mistake. */
export type OneOrMore<Item> = readonly [Item, ...Item[]];

const READY_MADE: EmulatorClientOptions = {
  clientKey: 'awemulatorclientkey',
  clientSecret: 'emulator-client-secret',
  name: 'Example App',
  redirectUris: [
    'http://localhost:*/auth/tiktok/callback',
    'http://127.0.0.1:*/auth/tiktok/callback',
    'https://app.example.com/auth/tiktok/callback',
  ],
  scopes: ['user.info.basic', 'user.info.profile', 'user.info.stats', 'video.list'],
};

export function readClients(value: unknown): OneOrMore<RegisteredClient> {
  const [first, ...rest] = readArray(value ?? [READY_MADE], 'clients', 'an array of at least one client');
  const clients: OneOrMore<RegisteredClient> = [
    readClient(first, 'clients[0]'),
    ...rest.map((item, index) => readClient(item, `clients[${index + 1}]`)),
  ];
  clients.forEach((client, index) => {
    if (clients.findIndex((other) => other.clientKey === client.clientKey) !== index) {
      throw optionError(`clients[${index}].clientKey`, {
        got: `${describe(client.clientKey)} a second time`,
        takes: 'a key of its own for each client',
      });
    }
  });
  return clients;
}

/** Whether this person may sign in to the app at all: a sandbox is for its target users only. */
export function mayUse(client: EmulatorClient, user: { readonly username: string }): boolean {
  return client.targetUsers === undefined || client.targetUsers.includes(user.username);
}

function readClient(value: unknown, option: string): RegisteredClient {
  const record = readRecord(value, option, [
    ...['clientKey', 'clientSecret', 'name', 'redirectUris', 'scopes', 'status', 'targetUsers'],
  ]);
  const clientKey = readToken(record.clientKey, `${option}.clientKey`);
  const registered = readRedirectUris(record.redirectUris, `${option}.redirectUris`);
  return {
    clientKey,
    clientSecret: readToken(record.clientSecret, `${option}.clientSecret`, { secret: true }),
    name: record.name === undefined ? clientKey : readText(record.name, `${option}.name`),
    redirectUris: registered.map((uri) => uri.text),
    scopes: readScopes(
      readArray(record.scopes ?? ['user.info.basic'], `${option}.scopes`, 'an array of scopes'),
      `${option}.scopes`,
    ),
    status: readChoice(record.status, `${option}.status`, ['live', 'draft']),
    targetUsers: readTargetUsers(record.targetUsers, `${option}.targetUsers`),
    registered,
  };
}

function readRedirectUris(value: unknown, option: string): RegisteredRedirectUri[] {
  const takes = 'an array of 1 to 10 redirect URIs';
  const items = readArray(value, option, takes);
  if (items.length > 10) throw optionError(option, { got: `an array of ${items.length}`, takes });
  return items.map((item, index) => {
    const parsed: ParsedRedirectUri =
      typeof item === 'string' ? parseRedirectUri(item) : { kind: 'refused', problem: 'not a string' };
    if (parsed.kind === 'parsed') return parsed.uri;
    throw optionError(`${option}[${index}]`, {
      got: `${describe(item)} (${parsed.problem})`,
      takes: 'an https URI, or a loopback one like http://localhost:*/callback, without query and fragment',
    });
  });
}

function readTargetUsers(value: unknown, option: string): string[] | undefined {
  if (value === undefined) return undefined;
  const takes = 'an array of up to 10 usernames';
  if (!Array.isArray(value)) throw optionError(option, { got: describe(value), takes });
  const usernames: unknown[] = value;
  if (usernames.length > 10) throw optionError(option, { got: `an array of ${usernames.length}`, takes });
  return usernames.map((username, index) => readToken(username, `${option}[${index}]`));
}
