import type { EmulatorClient, OneOrMore } from '../client.js';
import type { EmulatorFault } from '../faults/fault.js';
import type { EmulatorFaultOptions } from '../faults/faults.js';
import type { EmulatorFaultMatcher } from '../faults/matcher.js';
import type { EmulatorOperation } from '../operation.js';
import type { ConsentDecision } from '../play-consent.js';
import type { EmulatorRequest, EmulatorRequestFilter } from '../request-log.js';
import type { EmulatorUser, EmulatorUserOptions } from '../user.js';
import type { EmulatorToken, EmulatorTokenFilter } from '../user-control.js';
import type { EmulatorVideo, EmulatorVideoOptions } from '../videos/video.js';
import type { ControlAccess } from './control-server.js';

/** An emulator in another process. Each method does what the one of the same name does in process. */
export interface RemoteEmulator {
  describe(): Promise<EmulatorDescription>;
  consent(authorizationUrl: string | URL, decision?: Omit<ConsentDecision, 'signal'>): Promise<string>;
  requests(filter?: EmulatorRequestFilter): Promise<readonly EmulatorRequest[]>;
  count(operation?: EmulatorOperation, grantType?: string): Promise<number>;
  isLive(token: string): Promise<boolean>;
  addUser(user: EmulatorUserOptions): Promise<EmulatorUser>;
  user(username: string): RemoteUser;
  fail(matcher: EmulatorFaultMatcher, fault: EmulatorFault, options?: EmulatorFaultOptions): Promise<RemoteFault>;
  readonly clock: {
    now(): Promise<Date>;
    advance(ms: number): Promise<Date>;
    set(time: Date): Promise<Date>;
  };
  reset(): Promise<void>;
}

/** What an emulator in another process is at this moment. */
export interface EmulatorDescription {
  readonly url: string;
  readonly clients: OneOrMore<EmulatorClient>;
  readonly users: OneOrMore<EmulatorUser>;
  readonly replays: number;
  /** By the emulator's clock. */
  readonly now: Date;
}

/** An account of an emulator in another process. */
export interface RemoteUser {
  deny(scopes: readonly string[]): Promise<void>;
  ban(): Promise<void>;
  unban(): Promise<void>;
  disconnect(clientKey?: string): Promise<void>;
  addVideos(videos: number | readonly EmulatorVideoOptions[]): Promise<readonly EmulatorVideo[]>;
  removeVideo(id: string): Promise<void>;
  tokens(filter?: EmulatorTokenFilter): Promise<readonly EmulatorToken[]>;
}

/** A fault in an emulator in another process. */
export interface RemoteFault {
  hits(): Promise<number>;
  remove(): Promise<void>;
}

/**
 * Controls an emulator in another process, one that was started with `control`.
 *
 * @param access - The control's url and bearer, as `emulator.control` has them and the command prints them; `signal` ends
 * whatever waits for an answer.
 * @throws Error - from each method, with the reason the emulator gives.
 */
export function connectToEmulator(access: ControlAccess & { signal?: AbortSignal }): RemoteEmulator {
  const ask = <Result>(command: string, body: object = {}): Promise<Result> => askControl(access, { command, body });
  const clock = async (body: object) => (await ask<{ now: Date }>('clock', body)).now;

  return {
    describe: () => ask('describe'),
    consent: async (authorizationUrl, decision = {}) =>
      (await ask<{ callbackUrl: string }>('consent', { authorizationUrl, ...decision })).callbackUrl,
    requests: async (filter = {}) => (await ask<{ requests: EmulatorRequest[] }>('requests', filter)).requests,
    count: async (operation, grantType) => (await ask<{ count: number }>('count', { operation, grantType })).count,
    isLive: async (token) => (await ask<{ live: boolean }>('is-live', { token })).live,
    addUser: async (user) => (await ask<{ user: EmulatorUser }>('add-user', user)).user,
    user: (username) => remoteUser(username, ask),
    async fail(matcher, fault, options = {}) {
      const { id } = await ask<{ id: string }>('fail', { matcher, fault, ...options });
      return {
        hits: async () => (await ask<{ hits: number }>('fault', { id })).hits,
        remove: () => ask('remove-fault', { id }),
      };
    },
    clock: {
      now: () => clock({}),
      advance: (advanceMs) => clock({ advanceMs }),
      set: (set) => clock({ set }),
    },
    reset: () => ask('reset'),
  };
}

function remoteUser(user: string, ask: <Result>(command: string, body?: object) => Promise<Result>): RemoteUser {
  return {
    deny: (scopes) => ask('deny', { user, scopes }),
    ban: () => ask('ban', { user }),
    unban: () => ask('unban', { user }),
    disconnect: (clientKey) => ask('disconnect', { user, clientKey }),
    addVideos: async (videos) => (await ask<{ videos: EmulatorVideo[] }>('add-videos', { user, videos })).videos,
    removeVideo: (id) => ask('remove-video', { user, id }),
    tokens: async (filter = {}) => (await ask<{ tokens: EmulatorToken[] }>('tokens', { user, ...filter })).tokens,
  };
}

async function askControl<Result>(
  access: ControlAccess & { signal?: AbortSignal },
  request: { command: string; body: object },
): Promise<Result> {
  const { url, token, signal } = access;
  const response = await fetch(`${url}/${request.command}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(request.body),
    ...(signal && { signal }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(reasonIn(text) ?? `The control answered ${response.status}.`);
  // The one place where another process's word is taken: both sides come from the same package.
  return JSON.parse(text, reviveDate) as Result;
}

const INSTANTS = new Set(['at', 'now', 'issuedAt', 'expiresAt', 'createTime']);

function reviveDate(name: string, value: unknown): unknown {
  return INSTANTS.has(name) && typeof value === 'string' ? new Date(value) : value;
}

function reasonIn(text: string): string | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const isReason = typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string';
    return isReason ? String(body.error) : undefined;
  } catch {
    return undefined;
  }
}
