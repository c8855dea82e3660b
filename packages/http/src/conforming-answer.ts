import { type CallContext, errorFromUnreadableAnswer } from '@tt/errors';
import type { TikTokAnswer } from './decode-answer.js';
import { pathOf, type StandardIssue, type StandardResult } from './standard-schema.js';

/** Enough to see what changed; a list of hundred wrong items would fill a log. */
const MOST_NAMED = 5;

/**
 * An answer whose data is what the schema made of it.
 *
 * @throws TikTokError `SERVER_ERROR` naming the fields that are missing or malformed.
 */
export function conformingAnswer<T>(
  answer: TikTokAnswer,
  result: StandardResult<T>,
  context: CallContext,
): TikTokAnswer<T> {
  const { statusCode, logId } = answer;
  if (result.issues === undefined) return { data: result.value, statusCode, logId };
  const problems = [...new Set(result.issues.map((issue) => problemOf(answer.data, issue)))];
  const more = problems.length > MOST_NAMED ? ` and ${problems.length - MOST_NAMED} more` : '';
  throw errorFromUnreadableAnswer(problems.slice(0, MOST_NAMED).join(', ') + more, { ...context, statusCode, logId });
}

/** In words of our own: those of a schema may quote the value, which may be a token (D11). */
function problemOf(data: unknown, issue: StandardIssue): string {
  const path = pathOf(issue);
  if (path === '') return 'its data is malformed';
  const value = path.split('.').reduce<unknown>(fieldOf, data);
  return `\`${path}\` is ${value === undefined || value === null ? 'missing' : 'malformed'}`;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}
