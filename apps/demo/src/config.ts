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
] as const;

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
    tiktok: TIKTOK_VARIABLES.some((name) => env[name])
      ? { kind: 'configured', app: configFromEnvironment(env) }
      : { kind: 'embedded' },
    tokens: readTokens(env),
    sessionSecret: readSessionSecret(env.SESSION_SECRET),
    scopes: env.TIKTOK_SCOPES ? env.TIKTOK_SCOPES.split(',').map((scope) => scope.trim()) : undefined,
  };
}

function readPort(value: string | undefined): number {
  if (!value) return 3000;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new TypeError(`PORT is ${JSON.stringify(value)}; expected a number from 0 to 65535, where 0 takes a free one`);
}

function readTokens({ REDIS_URL: url, TOKEN_ENCRYPTION_KEY: secret }: Environment): TokensMode {
  if (!url) return { kind: 'memory' };
  if (!/^rediss?:\/\/./.test(url)) {
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
