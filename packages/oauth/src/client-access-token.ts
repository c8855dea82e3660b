import { TikTokError } from '@tt/errors';
import type { Logger } from '@tt/logger';
import { untilAborted } from '@tt/resilience';
import { type Reveal, redacted } from './redacted.js';
import type { RefreshFields } from './token-answer.js';

export interface ClientAccessTokenFields {
  /** The access token. */
  readonly token: string;
  readonly tokenType: string;
  readonly expiresAt: Date;
}

/** An access token of the app itself, of no person. Its JSON and `util.inspect` output do not show the token. */
export type ClientAccessToken = ClientAccessTokenFields & Reveal<ClientAccessTokenFields>;

/** How long before its end a token is replaced: a tenth of its life, at most this. */
const LONGEST_MARGIN_MS = 5 * 60_000;
const SHARE_OF_LIFETIME = 0.1;

interface Held {
  readonly token: ClientAccessToken;
  /** From when on a new one is asked for, in epoch milliseconds. */
  readonly dueAt: number;
}

export interface ClientAccessTokensParts {
  /** One request to TikTok. */
  readonly request: () => Promise<Pick<RefreshFields, 'access_token' | 'expires_in' | 'token_type'>>;
  readonly logger: Logger;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** Holds the client access token, and asks for a new one shortly before its end, once for everyone who waits. */
export class ClientAccessTokens {
  readonly #parts: ClientAccessTokensParts;
  #held: Held | undefined;
  #asking: Promise<ClientAccessToken> | undefined;

  constructor(parts: ClientAccessTokensParts) {
    this.#parts = parts;
  }

  /** @param options.rejected A token that TikTok has just refused: it is not given again. */
  async get(options: {
    readonly rejected?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<ClientAccessToken> {
    const { rejected, signal } = options;
    signal?.throwIfAborted();
    const { now, logger } = this.#parts;
    const held = this.#held?.token.token === rejected ? undefined : this.#held;
    if (held !== undefined && now() < held.dueAt) return held.token;
    try {
      // The request goes on for the others when one caller gives up.
      return await untilAborted(this.renew(), signal);
    } catch (error) {
      if (signal?.aborted === true || held === undefined || now() >= held.token.expiresAt.getTime()) throw error;
      logger.warn('No new client access token; the one that is still valid was served', {
        operation: 'token.client',
        type: TikTokError.isInstance(error) ? error.type : undefined,
        error,
      });
      return held.token;
    }
  }

  /** A new token, though the one that is held may be good. */
  renew(): Promise<ClientAccessToken> {
    this.#asking ??= this.#request().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #request(): Promise<ClientAccessToken> {
    const { request, now } = this.#parts;
    const requestedAt = now();
    const { access_token, token_type, expires_in } = await request();
    const lifetimeMs = expires_in * 1000;
    const expiresAt = new Date(requestedAt + lifetimeMs);
    const token = redacted({ token: access_token, tokenType: token_type, expiresAt });
    const marginMs = Math.min(LONGEST_MARGIN_MS, SHARE_OF_LIFETIME * lifetimeMs);
    this.#held = { token, dueAt: expiresAt.getTime() - marginMs };
    return token;
  }
}
