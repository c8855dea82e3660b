import { got } from './got.js';
import { TikTokErrorType } from './tiktok-error-type.js';

/** What a user message is chosen by. */
export interface UserMessageKey {
  readonly type: TikTokErrorType;
  /** TikTok's own word, or ours, where the error has one. */
  readonly code: string | undefined;
}

/** Gives the message for the person in another language or tone; `undefined` where it has none. */
export type UserMessageResolver = (key: UserMessageKey) => string | undefined;

/** Messages by code, and by type for all codes that have none of their own. */
export interface UserMessages {
  readonly codes?: Readonly<Record<string, string>> | undefined;
  readonly types?: Readonly<Partial<Record<TikTokErrorType, string>>> | undefined;
}

/**
 * A resolver that looks a message up by the error's code, then by its type.
 *
 * @throws TypeError naming the entry that is wrong, what it got and what it takes.
 *
 * @example
 * ```ts
 * import { createUserMessages, errorFromOAuthFailure } from '@tt/errors';
 *
 * const german = createUserMessages({
 *   types: { TOKEN_EXPIRED: 'Deine Anmeldung ist abgelaufen. Bitte melde dich neu an.' },
 *   codes: { access_denied: 'Du hast die Anmeldung abgelehnt. Du kannst es jederzeit wieder versuchen.' },
 * });
 * console.log(errorFromOAuthFailure({ code: 'invalid_grant' }).translate(german));
 * ```
 */
export function createUserMessages(messages: UserMessages): UserMessageResolver {
  if (typeof messages !== 'object' || messages === null) {
    throw new TypeError(`createUserMessages: messages is ${got(messages)}; expected { codes?, types? }`);
  }
  for (const option of Object.keys(messages)) {
    if (option !== 'codes' && option !== 'types') {
      throw new TypeError(`createUserMessages: messages.${option} is no option; expected codes or types`);
    }
  }
  const codes = entriesOf('codes', messages.codes);
  const types = entriesOf('types', messages.types);
  for (const type of types.keys()) {
    if (!Object.hasOwn(TikTokErrorType, type)) {
      throw new TypeError(
        `createUserMessages: messages.types has ${got(type)}; expected only ${Object.keys(TikTokErrorType).join(', ')}`,
      );
    }
  }
  return ({ type, code }) => (code === undefined ? undefined : codes.get(code)) ?? types.get(type);
}

/** What the resolver gives, unless that is nothing: a translation that fails must not hide the error. */
export function resolved(resolver: UserMessageResolver | undefined, key: UserMessageKey): string | undefined {
  if (resolver === undefined) return undefined;
  try {
    const message: unknown = resolver(key);
    return typeof message === 'string' && message !== '' ? message : undefined;
  } catch {
    return undefined;
  }
}

/** A copy, so that a later change of the table changes nothing. */
function entriesOf(option: string, table: Readonly<Record<string, unknown>> | undefined): ReadonlyMap<string, string> {
  if (table !== undefined && (typeof table !== 'object' || table === null)) {
    throw new TypeError(`createUserMessages: messages.${option} is ${got(table)}; expected an object of messages`);
  }
  return new Map(
    Object.entries(table ?? {}).map(([key, message]) => {
      if (typeof message !== 'string' || message === '') {
        throw new TypeError(`createUserMessages: messages.${option}.${key} is ${got(message)}; expected a text`);
      }
      return [key, message];
    }),
  );
}
