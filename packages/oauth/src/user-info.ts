import { TikTokError, validationError } from '@tt/errors';
import type { JsonObject, TikTokHttp } from '@tt/http';
import type { TikTokScope } from './scopes.js';

/**
 * A TikTok user. A field is there only if its scope was granted and it was asked for.
 *
 * @see https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
 */
export interface TikTokUser {
  /** The person, within this app. */
  readonly open_id?: string;
  /** The person, across the apps of one developer. */
  readonly union_id?: string;
  readonly avatar_url?: string;
  /** 100 x 100 pixels. */
  readonly avatar_url_100?: string;
  readonly avatar_large_url?: string;
  readonly display_name?: string;
  readonly bio_description?: string;
  readonly profile_deep_link?: string;
  readonly is_verified?: boolean;
  readonly username?: string;
  readonly follower_count?: number;
  readonly following_count?: number;
  readonly likes_count?: number;
  readonly video_count?: number;
  /** What was wanted and not asked for, since no granted scope covers it. Not enumerable. */
  readonly omitted: readonly OmittedField[];
}

/** The name of a field of {@link TikTokUser}. */
export type UserField = Exclude<keyof TikTokUser, 'omitted'>;

export interface OmittedField {
  readonly field: UserField;
  /** The scope that would allow it. */
  readonly scope: TikTokScope;
}

const FIELD_SCOPES: Readonly<Record<UserField, TikTokScope>> = {
  open_id: 'user.info.basic',
  union_id: 'user.info.basic',
  avatar_url: 'user.info.basic',
  avatar_url_100: 'user.info.basic',
  avatar_large_url: 'user.info.basic',
  display_name: 'user.info.basic',
  bio_description: 'user.info.profile',
  profile_deep_link: 'user.info.profile',
  is_verified: 'user.info.profile',
  username: 'user.info.profile',
  follower_count: 'user.info.stats',
  following_count: 'user.info.stats',
  likes_count: 'user.info.stats',
  video_count: 'user.info.stats',
};

const ALL_FIELDS = Object.keys(FIELD_SCOPES) as UserField[];

/**
 * Which fields to ask for, and which of the wanted ones to leave out: TikTok refuses the whole request for one field
 * that the scopes do not cover (D12).
 *
 * @param wanted Default: every field.
 * @param granted The granted scopes, where they are known. Where they are not, wanted fields are asked for as they
 *   are, and without any those of `user.info.basic`.
 * @throws TikTokError `VALIDATION_ERROR` for a field that does not exist, or for no field at all; `SCOPE_NOT_AUTHORIZED` where nothing is left.
 */
export function selectFields(
  wanted: readonly UserField[] | undefined,
  granted: readonly TikTokScope[] | undefined,
): { readonly fields: readonly UserField[]; readonly omitted: readonly OmittedField[] } {
  assertFieldList(wanted);
  for (const field of wanted ?? []) {
    if (!Object.hasOwn(FIELD_SCOPES, field)) {
      throw validationError(
        `The field ${JSON.stringify(field)} does not exist; expected some of ${ALL_FIELDS.join(', ')}`,
        {
          code: 'unknown_field',
          operation: 'user.info',
        },
      );
    }
  }
  if (granted === undefined && wanted !== undefined) return { fields: [...new Set(wanted)], omitted: [] };
  const scopes = new Set(granted ?? ['user.info.basic']);
  const candidates = [...new Set(wanted ?? ALL_FIELDS)];
  const fields = candidates.filter((field) => scopes.has(FIELD_SCOPES[field]));
  const omitted = candidates
    .filter((field) => !scopes.has(FIELD_SCOPES[field]))
    .map((field) => ({ field, scope: FIELD_SCOPES[field] }));
  if (fields.length > 0) return { fields, omitted };
  const missing = [...new Set(omitted.map(({ scope }) => scope))].join(', ');
  throw new TikTokError(`No field is left to ask for: the granted scopes do not include ${missing}`, {
    type: 'SCOPE_NOT_AUTHORIZED',
    code: 'scope_not_granted',
    operation: 'user.info',
  });
}

function assertFieldList(wanted: unknown): void {
  if (wanted === undefined || (Array.isArray(wanted) && wanted.length > 0)) return;
  throw validationError(`fields is ${JSON.stringify(wanted)}; expected a list of fields, or nothing for all of them`, {
    code: Array.isArray(wanted) ? 'no_fields' : 'invalid_fields',
    operation: 'user.info',
  });
}

/**
 * Asks TikTok for the profile.
 *
 * @param request.fields Only those that the token's scopes cover.
 * @see https://developers.tiktok.com/doc/tiktok-api-v2-get-user-info
 */
export async function requestUser(
  http: TikTokHttp,
  request: {
    readonly accessToken: string;
    readonly fields: readonly UserField[];
    readonly omitted: readonly OmittedField[];
    readonly signal: AbortSignal | undefined;
  },
): Promise<TikTokUser> {
  const { data } = await http.send({
    operation: 'user.info',
    method: 'GET',
    path: '/v2/user/info/',
    query: { fields: request.fields.join(',') },
    accessToken: request.accessToken,
    shape: 'api',
    signal: request.signal,
  });
  return readUser(data, request.omitted);
}

/** The user in an answer's `data.user`. Unknown fields are kept. */
export function readUser(data: JsonObject, omitted: readonly OmittedField[]): TikTokUser {
  const { user } = data;
  const fields = typeof user === 'object' && user !== null && !Array.isArray(user) ? user : {};
  const result = { ...fields, omitted } as TikTokUser;
  return Object.defineProperty(result, 'omitted', { enumerable: false });
}
