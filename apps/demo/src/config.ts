import { configFromEnvironment, createTokenCipher, type EnvironmentConfig, type TokenCipher } from '@tt/oauth';

/** How the demo was asked to run. */
export interface DemoConfig {
  readonly host: string;
  readonly port: number;
  readonly tiktok: TikTokMode;
  readonly tokens: TokensMode;
  /** Signs the session cookie. `undefined`: drawn at start, so that sessions end with the process. */
  readonly sessionSecret: string | undefined;
  /** Asked for at sign-in. `undefined`: the mode's own. */
  readonly scopes: readonly string[] | undefined;
}

/** Which TikTok the demo talks to. */
export type TikTokMode =
  | { readonly kind: 'embedded' }
  | { readonly kind: 'configured'; readonly app: EnvironmentConfig };

/** Where tokens are kept. */
export type TokensMode =
  | { readonly kind: 'memory' }
  | { readonly kind: 'redis'; readonly url: string; readonly cipher: TokenCipher };

type Environment = Readonly<Record<string, string | undefined>>;

const TIKTOK_VARIABLES = [
  'TIKTOK_CLIENT_KEY',
  'TIKTOK_CLIENT_SECRET',
  'TIKTOK_REDIRECT_URI',
  'NEXT_PUBLIC_TIKTOK_REDIRECT_URI',
  'TIKTOK_API_BASE_URL',
  'TIKTOK_AUTHORIZE_BASE_URL',
] as const;

/** What this app serves; TikTok must send people back there. */
const CALLBACK_PATH = '/auth/tiktok/callback';

/**
 * Reads the environment. With none of TikTok's variables set the demo brings its own TikTok; with any of them, all must
 * be there.
 *
 * @throws TypeError with a sentence that names each variable that is missing or malformed.
 */
export function readConfig(env: Environment): DemoConfig {
  return {
    host: env.HOST || '127.0.0.1',
    port: readPort(env.PORT),
    tiktok: readTikTok(env),
    tokens: readTokens(env),
    sessionSecret: readSessionSecret(env.SESSION_SECRET),
    scopes: readScopes(env.TIKTOK_SCOPES),
  };
}

function readTikTok(env: Environment): TikTokMode {
  if (!TIKTOK_VARIABLES.some((name) => env[name])) return { kind: 'embedded' };
  const app = configFromEnvironment(env);
  if (new URL(app.redirectUri).pathname === CALLBACK_PATH) return { kind: 'configured', app };
  throw new TypeError(
    `TIKTOK_REDIRECT_URI is ${JSON.stringify(app.redirectUri)}; expected its path to be ${CALLBACK_PATH}`,
  );
}

function readScopes(value: string | undefined): readonly string[] | undefined {
  if (!value) return undefined;
  const scopes = value.split(',').map((scope) => scope.trim());
  if (scopes.every((scope) => /^[A-Za-z0-9._]+$/.test(scope))) return scopes;
  throw new TypeError(
    `TIKTOK_SCOPES is ${JSON.stringify(value)}; expected scopes with commas between, such as user.info.basic`,
  );
}

function readPort(value: string | undefined): number {
  if (!value) return 3000;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TypeError(`PORT is ${JSON.stringify(value)}; expected a number from 0 to 65535, where 0 takes a free one`);
}

function readTokens({ REDIS_URL: url, TOKEN_ENCRYPTION_KEY: secret }: Environment): TokensMode {
  if (!url) return { kind: 'memory' };
  if (!/^rediss?:\/\/[^/]/.test(url) || !URL.canParse(url)) {
    throw new TypeError('REDIS_URL is malformed; expected a URL like redis://127.0.0.1:6379');
  }
  if (!secret) {
    throw new TypeError(
      'TOKEN_ENCRYPTION_KEY is missing; with REDIS_URL set, tokens are encrypted with it. Make one: openssl rand -base64 32',
    );
  }
  try {
    return { kind: 'redis', url, cipher: createTokenCipher({ keys: [{ id: 'env', secret }] }) };
  } catch {
    throw new TypeError(
      'TOKEN_ENCRYPTION_KEY is malformed; expected 32 bytes as base64. Make one: openssl rand -base64 32',
    );
  }
}

function readSessionSecret(value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (value.length >= 32) return value;
  throw new TypeError('SESSION_SECRET is too short; expected at least 32 characters');
}
