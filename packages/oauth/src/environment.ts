import { redactText } from '@tt/errors';
import { parseBaseUrl } from '@tt/http';
import { redirectUriProblem } from './redirect-uri.js';

/** What the environment says about the app at TikTok. */
export interface EnvironmentConfig {
  readonly clientKey: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly apiBaseUrl?: string;
  readonly authorizeBaseUrl?: string;
}

/** What the environment says, or everything that is wrong with it. */
export type EnvironmentReading =
  | { readonly config: EnvironmentConfig }
  /** One sentence for each variable: its name, what is wrong, what was expected. */
  | { readonly problems: readonly string[] };

/**
 * Reads `TIKTOK_CLIENT_KEY`, `TIKTOK_CLIENT_SECRET`, `TIKTOK_REDIRECT_URI` (or `NEXT_PUBLIC_TIKTOK_REDIRECT_URI`),
 * `TIKTOK_API_BASE_URL` and `TIKTOK_AUTHORIZE_BASE_URL`.
 *
 * @throws TypeError naming each variable that is missing or malformed, and what it should look like.
 */
export function configFromEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentConfig {
  const reading = readEnvironment(env);
  if ('problems' in reading) throw new TypeError(reading.problems.join('. '));
  return reading.config;
}

/** As {@link configFromEnvironment}, without throwing. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): EnvironmentReading {
  const problems: string[] = [];
  const clientKey = env.TIKTOK_CLIENT_KEY ?? '';
  const clientSecret = env.TIKTOK_CLIENT_SECRET ?? '';
  const redirectName = present(env.TIKTOK_REDIRECT_URI) ? 'TIKTOK_REDIRECT_URI' : 'NEXT_PUBLIC_TIKTOK_REDIRECT_URI';
  const redirectUri = env[redirectName] ?? '';

  const credential = (name: string, value: string, where: string): void => {
    if (value === '') problems.push(`${name} is missing; expected the app's ${where}`);
    else if (!isCredential(value))
      problems.push(`${name} has spaces or unprintable characters in it; expected the app's ${where}`);
  };
  credential('TIKTOK_CLIENT_KEY', clientKey, 'client key from TikTok for Developers');
  credential('TIKTOK_CLIENT_SECRET', clientSecret, 'client secret from TikTok for Developers');
  if (redirectUri === '') {
    problems.push(
      'TIKTOK_REDIRECT_URI is missing, and so is NEXT_PUBLIC_TIKTOK_REDIRECT_URI; expected the URL TikTok sends people back to, as registered there',
    );
  } else {
    const problem = redirectUriProblem(redirectUri);
    if (problem !== undefined)
      problems.push(`${redirectName} is ${JSON.stringify(redactText(redirectUri))}; ${problem}`);
  }
  const { TIKTOK_API_BASE_URL: apiBaseUrl, TIKTOK_AUTHORIZE_BASE_URL: authorizeBaseUrl } = env;
  for (const name of ['TIKTOK_API_BASE_URL', 'TIKTOK_AUTHORIZE_BASE_URL']) {
    const problem = baseUrlProblem(name, env[name]);
    if (problem !== undefined) problems.push(problem);
  }
  if (problems.length > 0) return { problems };

  const config: EnvironmentConfig = {
    clientKey,
    clientSecret,
    redirectUri,
    ...(present(apiBaseUrl) ? { apiBaseUrl } : {}),
    ...(present(authorizeBaseUrl) ? { authorizeBaseUrl } : {}),
  };
  return { config };
}

/** Printable ASCII without spaces: all that is known of the shape of a key or secret. */
export function isCredential(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
}

function baseUrlProblem(name: string, value: string | undefined): string | undefined {
  try {
    if (present(value)) parseBaseUrl(name, value);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function present(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}
