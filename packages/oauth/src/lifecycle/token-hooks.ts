import type { TikTokError } from '@tt/errors';
import type { Logger } from '@tt/logger';
import { parseScopes, type TikTokScope } from '../scopes.js';
import type { SignInNeeded, TokenRecord } from '../token-record.js';
import type { Timing } from './timing.js';

/** An account whose tokens are new. The tokens themselves are not in it: what hooks get is soon printed. */
export interface TokensEvent {
  readonly userId: string;
  /** TikTok's id of the person, for this app. */
  readonly openId: string;
  /** The granted scopes. */
  readonly scopes: readonly TikTokScope[];
  /** When the access token ends. */
  readonly expiresAt: Date;
}

export interface SignInNeededEvent {
  readonly userId: string;
  readonly reason: SignInNeeded['reason'];
  /** TikTok's log id of the refusal. */
  readonly logId: string | undefined;
}

export interface TokensUnsavedEvent {
  readonly userId: string;
  /** Why the store did not take them. */
  readonly error: TikTokError;
}

/** What each hook is told. */
export interface TokenHookEvents {
  /** A sign-in or an import brought tokens, and they are stored. */
  readonly onTokensStored: TokensEvent;
  /** Tokens were refreshed, and are stored. */
  readonly onTokensRefreshed: TokensEvent;
  /** TikTok has confirmed that the person must sign in again. */
  readonly onSignInNeeded: SignInNeededEvent;
  /** New tokens could not be stored: this process has their only copy, serves it, and goes on trying (D5). */
  readonly onTokensUnsaved: TokensUnsavedEvent;
  /** `clearToken` has deleted an account's tokens. */
  readonly onTokensDeleted: { readonly userId: string };
}

/**
 * What an application wants to hear of, each from the one process where it happened. A hook is waited for, up to 5
 * seconds, before the call that caused it goes on; what it throws is logged, and reaches neither that call nor another
 * hook.
 */
export type TokenHooks = {
  readonly [Name in keyof TokenHookEvents]?: ((event: TokenHookEvents[Name]) => unknown) | undefined;
};

const PATIENCE_MS = 5_000;

/** Calls hooks, one as if the others were not there. */
export class HookRunner {
  readonly #hooks: readonly TokenHooks[];
  readonly #logger: Logger;
  readonly #sleep: Timing['sleep'];

  constructor(
    hooks: readonly TokenHooks[],
    { logger, sleep }: { readonly logger: Logger; readonly sleep: Timing['sleep'] },
  ) {
    this.#hooks = hooks;
    this.#logger = logger;
    this.#sleep = sleep;
  }

  /** Resolves when each hook has ended or has been waited for long enough. */
  async tell<Name extends keyof TokenHooks>(name: Name, event: TokenHookEvents[Name]): Promise<void> {
    await Promise.all(this.#hooks.map((hooks) => this.#tellOne(hooks, name, event)));
  }

  async #tellOne<Name extends keyof TokenHooks>(
    hooks: TokenHooks,
    name: Name,
    event: TokenHookEvents[Name],
  ): Promise<void> {
    const hook = hooks[name];
    if (hook === undefined) return;
    const done = new AbortController();
    const overdue = this.#sleep(PATIENCE_MS, done.signal).then(
      () => this.#logger.warn(`The hook ${name} has not ended after ${PATIENCE_MS} ms; going on without it`),
      () => undefined,
    );
    const ended = (async () => hook.call(hooks, event))().catch((error: unknown) =>
      this.#logger.error(`The hook ${name} failed`, error),
    );
    await Promise.race([ended, overdue]);
    done.abort();
  }
}

export function tokensEvent(userId: string, record: TokenRecord): TokensEvent {
  return {
    userId,
    openId: record.openId,
    scopes: parseScopes(record.scope),
    expiresAt: new Date(record.accessTokenExpiresAt),
  };
}
