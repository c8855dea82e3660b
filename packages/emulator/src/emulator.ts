import { createApp } from './app.js';
import { createAuthorizationCodes } from './authorization-codes.js';
import type { EmulatorClient, OneOrMore } from './client.js';
import { createConsentRequests } from './consent-requests.js';
import { createGrants } from './grants.js';
import { listen } from './http-server.js';
import { createMask } from './mask.js';
import type { EmulatorOperation } from './operation.js';
import { type EmulatorOptions, readOptions, type Settings } from './options.js';
import { type ConsentDecision, playConsent } from './play-consent.js';
import { createRandom } from './random.js';
import { createRequestLog, type EmulatorRequest, type EmulatorRequestFilter } from './request-log.js';
import type { EmulatorUser } from './user.js';
import type { World } from './world.js';

/** A running TikTok, and what a test may ask of it. */
export interface Emulator extends AsyncDisposable {
  /** Where authorize page and API both are, like `http://127.0.0.1:49152`; no trailing slash. */
  readonly url: string;
  /** The registered apps, defaults filled in. */
  readonly clients: OneOrMore<EmulatorClient>;
  /** The accounts one can sign in with, defaults filled in. */
  readonly users: OneOrMore<EmulatorUser>;
  /**
   * Plays the person in the browser: opens the authorization URL, decides, and returns the callback URL.
   *
   * @param authorizationUrl - An authorization URL of this emulator.
   * @throws Error - when the page refuses the URL; the message names the parameter and says why.
   */
  consent(authorizationUrl: string | URL, decision?: ConsentDecision): Promise<string>;
  /** The newest requests (`requestLogSize` of them), oldest first, secrets masked. */
  requests(filter?: EmulatorRequestFilter): readonly EmulatorRequest[];
  /** How many requests came since the start: all, of one operation, or of one operation with one grant type. Exact. */
  count(operation?: EmulatorOperation, grantType?: string): number;
  /** Whether this refresh token (or user access token) would be accepted now. */
  isLive(token: string): boolean;
  /** How often a refresh token that was already spent has been presented again by its own client. */
  readonly replays: number;
  /** Ends every connection and frees the port; no timer or socket is left. May be called again. */
  close(): Promise<void>;
}

/**
 * Starts an offline TikTok on a free port of 127.0.0.1.
 *
 * Instances share nothing, so tests may run many at once.
 *
 * @throws TypeError - for a wrong option: names it, what it got and what it takes.
 * @throws Error - when it cannot listen, as on a port in use.
 *
 * @example
 * ```ts
 * import { createEmulator } from '@tt/emulator';
 *
 * const emulator = await createEmulator();
 * console.log(emulator.url, emulator.clients[0].clientKey);
 * await emulator.close();
 * ```
 */
export async function createEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const settings = readOptions(options);
  const { clients, users } = settings;
  const log = createRequestLog(settings.requestLogSize);
  const mask = createMask(clients.map((client) => client.clientSecret));
  const server = await listen({ host: settings.host, port: settings.port });
  const { url } = server;
  const world = createWorld(settings, url);
  const app = createApp({ world, log, mask });
  server.answerWith(app);

  return {
    url,
    clients: mapOneOrMore(clients, ({ registered: _, ...client }) => client),
    users,
    consent: (authorizationUrl, decision = {}) => playConsent(authorizationUrl, { app, url, users, decision }),
    requests: (filter) => log.list(filter),
    count: (operation, grantType) => log.count(operation, grantType),
    isLive: (token) => world.grants.isLive(token),
    get replays() {
      return world.grants.replays();
    },
    close: () => server.close(),
    [Symbol.asyncDispose]: () => server.close(),
  };
}

function createWorld(settings: Settings, url: string): World {
  const { clients, users, now, seed, lifetimes, oauthErrorStatus } = settings;
  return {
    url,
    clients,
    users,
    now,
    lifetimes,
    oauthErrorStatus,
    consentRequests: createConsentRequests({ now, random: createRandom(seed, 'consent request') }),
    codes: createAuthorizationCodes({
      now,
      random: createRandom(seed, 'code'),
      lifetimeSeconds: lifetimes.codeSeconds,
    }),
    grants: createGrants({ now, random: createRandom(seed, 'token'), lifetimes }),
    logIdRandom: createRandom(seed, 'log id'),
  };
}

function mapOneOrMore<From, To>([first, ...rest]: OneOrMore<From>, change: (item: From) => To): OneOrMore<To> {
  return [change(first), ...rest.map(change)];
}
