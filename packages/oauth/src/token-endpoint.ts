import { TikTokError } from '@tt/errors';
import type { StandardSchema, TikTokHttp } from '@tt/http';
import { ifRepeatable, ifUnsent, type RetryRule } from '@tt/resilience';
import type { Credentials } from './credential-validation.js';
import type { TikTokScope } from './scopes.js';
import {
  exchangeAnswer,
  readRefreshedTokens,
  readTokens,
  refreshAnswer,
  type TikTokRefreshedTokens,
  type TikTokTokens,
} from './token-answer.js';

export interface TokenEndpointParts {
  readonly http: TikTokHttp;
  readonly clientKey: string;
  readonly clientSecret: string;
  /** Hears what TikTok says of the client key and secret. */
  readonly credentials: Credentials;
}

/** What an authorization code is exchanged with. */
export interface CodeExchange {
  readonly code: string;
  /** The same as at the authorize page. */
  readonly redirectUri: string;
  readonly codeVerifier: string | undefined;
  /** What the callback said was granted, for an answer that does not say it. */
  readonly grantedScopes: readonly TikTokScope[];
}

/**
 * The requests that carry the client's credentials, and which of them may be sent again.
 *
 * @see https://developers.tiktok.com/doc/oauth-user-access-token-management
 */
export interface TokenEndpoint {
  exchange(exchange: CodeExchange): Promise<TikTokTokens>;
  /**
   * @param options.beforeSend Awaited before each send; what it throws ends the call.
   * @param options.mayRepeat Whether a send that failed may be repeated.
   * @param options.onFailedSend Called for each send that brought no token.
   */
  refresh(
    refreshToken: string,
    options?: {
      readonly beforeSend?: (() => Promise<void>) | undefined;
      readonly mayRepeat?: (() => boolean) | undefined;
      readonly onFailedSend?: ((error: TikTokError) => void) | undefined;
      readonly signal?: AbortSignal | undefined;
    },
  ): Promise<TikTokRefreshedTokens>;
  /** A token of the app itself; @see https://developers.tiktok.com/doc/client-access-token-management */
  clientCredentials(): Promise<TikTokRefreshedTokens>;
  revoke(accessToken: string, signal?: AbortSignal): Promise<void>;
}

interface Grant<T> {
  readonly operation: string;
  readonly form: Readonly<Record<string, string>> & { readonly grant_type: string };
  /** What the answer must look like. */
  readonly schema: StandardSchema<T>;
  readonly retryIf: RetryRule;
  readonly beforeSend?: (() => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function createTokenEndpoint(parts: TokenEndpointParts): TokenEndpoint {
  const { http, clientKey, clientSecret, credentials } = parts;
  const client = { client_key: clientKey, client_secret: clientSecret };

  async function grant<T>({ operation, form, schema, retryIf, beforeSend, signal }: Grant<T>): Promise<T> {
    credentials.use();
    try {
      const { data } = await http.send({
        operation,
        method: 'POST',
        path: '/v2/oauth/token/',
        shape: 'oauth',
        form: { ...client, ...form },
        schema,
        retryIf,
        beforeSend,
        signal,
      });
      credentials.accepted();
      return data;
    } catch (error) {
      if (TikTokError.isInstance(error) && error.code === 'invalid_client') credentials.refused(error);
      throw error;
    }
  }

  return {
    async exchange({ code, redirectUri, codeVerifier, grantedScopes }) {
      const data = await grant({
        operation: 'token.exchange',
        form: {
          grant_type: 'authorization_code',
          code,
          redirect_uri: redirectUri,
          ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
        },
        schema: exchangeAnswer,
        // D7: a code works once.
        retryIf: ifUnsent,
      });
      return readTokens(data, grantedScopes.join(','));
    },

    async refresh(refreshToken, { beforeSend, mayRepeat, onFailedSend, signal } = {}) {
      // D3: answered without a token is an ordinary retry; silence allows for one more send.
      let unanswered = 0;
      const failed = (error: TikTokError): void => {
        if (error.outcomeUnknown) unanswered += 1;
        onFailedSend?.(error);
      };
      let last: TikTokError | undefined;
      try {
        const data = await grant({
          operation: 'token.refresh',
          form: { grant_type: 'refresh_token', refresh_token: refreshToken },
          schema: refreshAnswer,
          retryIf: (error) => {
            last = error;
            failed(error);
            return unanswered <= 1 && (mayRepeat?.() ?? true);
          },
          beforeSend,
          signal,
        });
        return readRefreshedTokens(data);
      } catch (error) {
        if (TikTokError.isInstance(error) && error !== last) failed(error);
        throw error;
      }
    },

    async clientCredentials() {
      const data = await grant({
        operation: 'token.client',
        form: { grant_type: 'client_credentials' },
        schema: refreshAnswer,
        retryIf: ifRepeatable,
      });
      return readRefreshedTokens(data);
    },

    async revoke(accessToken, signal) {
      await http.send({
        operation: 'token.revoke',
        method: 'POST',
        path: '/v2/oauth/revoke/',
        shape: 'oauth',
        form: { ...client, token: accessToken },
        retryIf: ifRepeatable,
        signal,
      });
    },
  };
}
