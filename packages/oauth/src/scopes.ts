import { validationError } from '@tt/errors';

/** Scopes that TikTok documents; any other string is accepted too. */
export type TikTokScope =
  | 'user.info.basic'
  | 'user.info.profile'
  | 'user.info.stats'
  | 'video.list'
  | 'video.upload'
  | 'video.publish'
  | (string & {});

/** Asked for by default: one scope that the app is not approved for makes TikTok refuse the whole screen (D12). */
export const DEFAULT_SCOPES: readonly TikTokScope[] = ['user.info.basic'];

/**
 * `scopes` without repetitions.
 *
 * @throws TikTokError `VALIDATION_ERROR` when there is none, or one cannot be a scope: TikTok separates them by commas.
 */
export function checkScopes(scopes: readonly TikTokScope[]): readonly TikTokScope[] {
  if (!Array.isArray(scopes) || scopes.length === 0) {
    throw validationError(`scopes is ${JSON.stringify(scopes)}; expected a list such as ["user.info.basic"]`, {
      code: 'invalid_scopes',
    });
  }
  for (const scope of scopes) {
    if (typeof scope !== 'string' || !/^[A-Za-z0-9._]+$/.test(scope)) {
      throw validationError(
        `The scope ${JSON.stringify(scope)} cannot be one; expected one name each, like user.info.basic`,
        {
          code: 'invalid_scopes',
        },
      );
    }
  }
  return [...new Set(scopes)];
}

/** The scopes in TikTok's comma-separated list. */
export function parseScopes(list: string | undefined): TikTokScope[] {
  return (list ?? '')
    .split(',')
    .map((scope) => scope.trim())
    .filter((scope) => scope !== '');
}
