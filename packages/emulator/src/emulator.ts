import type { App } from './app.js';
import { naming } from './check.js';
import type { EmulatorClient, OneOrMore } from './client.js';
import { createClock, type EmulatorClock } from './clock.js';
import { type ControlAccess, type ControlServer, serveControl } from './control/control-server.js';
import type { EmulatorFault } from './faults/fault.js';
import type { EmulatorFaultHandle, EmulatorFaultOptions } from './faults/faults.js';
import type { EmulatorFaultMatcher } from './faults/matcher.js';
import { deliver } from './http-delivery.js';
import { listen } from './http-server.js';
import { createInProcessFetch } from './in-process-fetch.js';
import type { EmulatorOperation } from './operation.js';
import { type EmulatorOptions, readOptions } from './options.js';
import { type ConsentDecision, playConsent } from './play-consent.js';
import type { EmulatorRequest, EmulatorRequestFilter } from './request-log.js';
import { createStage } from './stage.js';
import type { EmulatorUser, EmulatorUserOptions } from './user.js';
import { controlUser, type EmulatorUserControl } from './user-control.js';
import { createWaits } from './waits.js';

/** A running TikTok, and what a test may do with it and ask of it. */
export interface Emulator extends AsyncDisposable {
  /**
   * Where authorize page and API both are, like `http://127.0.0.1:49152`; no trailing slash. With `listen: false` it is
   * a name that does not exist, which only `fetch` and `consent` know.
   */
  readonly url: string;
  /** The registered apps, defaults filled in. */
  readonly clients: OneOrMore<EmulatorClient>;
  /** The accounts one can sign in with, defaults filled in; those added later are at the end. */
  readonly users: OneOrMore<EmulatorUser>;
  /** What lifetimes, rate limits and log ids go by. */
  readonly clock: EmulatorClock;
  /** Where other processes reach the control, and the bearer they need; `undefined` unless asked for with `control`. */
  readonly control: ControlAccess | undefined;
  /**
   * A `fetch` that reaches the emulator without a socket, under its own url and under TikTok's `https://www.tiktok.com`
   * and `https://open.tiktokapis.com`. It needs no `this`, so it can be passed on as it is.
   */
  readonly fetch: typeof globalThis.fetch;
  /**
   * Plays the person in the browser: opens the authorization URL, decides, and returns the callback URL.
   *
   * @param authorizationUrl - An authorization URL of this emulator, or of `https://www.tiktok.com`.
   * @throws Error - when the page refuses the URL; the message names the parameter and says why.
   */
  consent(authorizationUrl: string | URL, decision?: ConsentDecision): Promise<string>;
  /**
   * One account, and what can be done to it.
   *
   * @throws Error - when there is no such account; the message names those there are.
   */
  user(username: string): EmulatorUserControl;
  /**
   * Adds an account.
   *
   * @throws TypeError - for a wrong option, or a name or id that another account has.
   */
  addUser(user: EmulatorUserOptions): EmulatorUser;
  /**
   * Lets requests fail that match, from now on.
   *
   * @throws TypeError - for a wrong matcher, fault or option, and for a fault that could never strike.
   *
   * @example
   * ```ts
   * import { createEmulator } from '@tt/emulator';
   *
   * const emulator = await createEmulator();
   * // The refresh takes effect, and its answer is lost.
   * emulator.fail({ operation: 'token', grantType: 'refresh_token' }, { kind: 'reset', after: 'effect' }, { times: 1 });
   * await emulator.close();
   * ```
   */
  fail(matcher: EmulatorFaultMatcher, fault: EmulatorFault, options?: EmulatorFaultOptions): EmulatorFaultHandle;
  /** The newest requests (`requestLogSize` of them), oldest first, secrets masked. */
  requests(filter?: EmulatorRequestFilter): readonly EmulatorRequest[];
  /** How many requests came since the start: all, of one operation, or of one operation with one grant type. Exact. */
  count(operation?: EmulatorOperation, grantType?: string): number;
  /** Whether this refresh token (or user access token) would be accepted now. */
  isLive(token: string): boolean;
  /** How often a refresh token that was already spent has been presented again by its own client. */
  readonly replays: number;
  /**
   * As it was at the start: users, tokens, faults, clock, counts, requests. Whatever still waits is reset. What `user`
   * and `fail` gave before has no effect any more.
   */
  reset(): void;
  /** Ends every connection and frees the port; no timer or socket is left. May be called again. */
  close(): Promise<void>;
}

/** Reserved by RFC 2606, so that nobody's request ever gets there by mistake. */
const NOWHERE = 'https://tiktok-emulator.invalid';

/**
 * Starts an offline TikTok, on a free port of 127.0.0.1 unless told otherwise.
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
  const settings = naming('createEmulator', () => readOptions(options));
  const clients = mapOneOrMore(settings.clients, ({ registered: _, ...client }) => client);
  const server = settings.address && (await listen(settings.address));
  const url = server?.url ?? NOWHERE;
  const waits = createWaits();
  const clock = createClock(settings.now);
  let stage = createStage(settings, { url, now: clock.now });
  let control: ControlServer | undefined;
  let closed: Promise<void> | undefined;
  const app: App = (request) => stage.app(request);
  server?.answerWith((request, response) => deliver(app(request), { response, waits }));

  async function close(): Promise<void> {
    waits.close();
    await Promise.all([server?.close(), control?.close()]);
  }

  const emulator = {
    url,
    clients,
    get users() {
      return stage.world.users.profiles();
    },
    clock: { now: clock.now, advance: clock.advance, set: clock.set },
    get control() {
      return control?.access;
    },
    fetch: createInProcessFetch({ app, url, waits, isClosed: () => closed !== undefined }),
    consent: (authorizationUrl: string | URL, decision: ConsentDecision = {}) =>
      playConsent(authorizationUrl, { app, url, users: stage.world.users.profiles(), waits, decision }),
    user(username: string) {
      const account = stage.world.users.find(username);
      if (account !== undefined) return controlUser(account, stage.world.grants);
      const names = stage.world.users.profiles().map((user) => user.username);
      throw new Error(`There is no user ${JSON.stringify(username)}; there are ${names.join(', ')}.`);
    },
    addUser: (user: unknown) => naming('emulator.addUser', () => stage.world.users.add(user)),
    fail(matcher: unknown, fault: unknown, faultOptions: unknown = {}): EmulatorFaultHandle {
      const { faults } = stage.world;
      return naming('emulator.fail', () => faults.add({ matcher, fault, options: faultOptions }));
    },
    requests: (filter?: EmulatorRequestFilter) => stage.log.list(filter),
    count: (operation?: EmulatorOperation, grantType?: string) => stage.log.count(operation, grantType),
    isLive: (token: string) => stage.world.grants.isLive(token),
    get replays() {
      return stage.world.grants.replays();
    },
    reset() {
      waits.end();
      clock.reset();
      stage = createStage(settings, { url, now: clock.now });
    },
    close: () => (closed ??= close()),
    [Symbol.asyncDispose]: () => (closed ??= close()),
  };

  if (settings.controlPort !== undefined) {
    try {
      control = await serveControl({ port: settings.controlPort, target: emulator });
    } catch (error) {
      await emulator.close();
      throw error;
    }
  }
  return emulator;
}

function mapOneOrMore<From, To>([first, ...rest]: OneOrMore<From>, change: (item: From) => To): OneOrMore<To> {
  return [change(first), ...rest.map(change)];
}
