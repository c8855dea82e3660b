import { createEmulator, type Emulator, type EmulatorOptions } from '@tt/emulator';
import { createLogger } from '@tt/logger';
import type { TikTokOAuthOptions } from '../oauth-options.js';
import type { SignIn } from '../sign-in.js';
import { createTikTokOAuth, type TikTokOAuth } from '../tiktok-oauth.js';

export const REDIRECT_URI = 'http://localhost:3000/auth/tiktok/callback';

/** An instance, the emulator it talks to over a socket, and the clock of both. */
export interface EmulatedTikTok extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly oauth: TikTokOAuth;
  /** What the instance has logged, one JSON text each. */
  readonly lines: readonly string[];
  readonly now: () => number;
  /** The page, the person's consent and the callback. */
  signIn(options?: { readonly scopes?: readonly string[]; readonly userId?: string }): Promise<SignIn>;
  /** The callback's URL, and what belongs into `handleCallback` with it. */
  consent(): Promise<{ readonly url: string; readonly state: string; readonly codeVerifier?: string }>;
}

export async function startEmulatedTikTok(
  options: Partial<TikTokOAuthOptions> = {},
  emulated: EmulatorOptions = {},
): Promise<EmulatedTikTok> {
  const emulator = await createEmulator({ now: new Date(), ...emulated });
  const lines: string[] = [];
  const [{ clientKey, clientSecret }] = emulator.clients;
  const oauth = createTikTokOAuth({
    clientKey,
    clientSecret,
    redirectUri: REDIRECT_URI,
    apiBaseUrl: emulator.url,
    authorizeBaseUrl: emulator.url,
    logger: createLogger({ level: 'DEBUG', output: 'json', destination: { write: (line) => lines.push(line) } }),
    now: emulator.clock.now,
    policy: { retry: { baseDelayMs: 1 } },
    ...options,
  });
  return {
    emulator,
    oauth,
    lines,
    now: emulator.clock.now,
    async signIn({ scopes, userId } = {}) {
      const { url, state, codeVerifier } = await oauth.getAuthorizationUrl(scopes);
      return oauth.handleCallback(await emulator.consent(url), { state, codeVerifier, userId });
    },
    async consent() {
      const { url, ...expected } = await oauth.getAuthorizationUrl();
      return { url: await emulator.consent(url), ...expected };
    },
    async [Symbol.asyncDispose]() {
      await oauth.close();
      await emulator.close();
    },
  };
}
