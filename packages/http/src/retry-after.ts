/** A century: beyond it nobody waits, and sums of milliseconds stay exact. */
const LONGEST_MS = 3_155_760_000_000;

/** The three forms an HTTP date may have: `Sun, 06 Nov 1994`, `Sunday, 06-Nov-94`, `Sun Nov  6`. */
const HTTP_DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? /;

/**
 * What a `Retry-After` header asks for, in milliseconds: it holds seconds or an HTTP date. `undefined` where it holds
 * neither.
 *
 * @param clock.date The answer's `Date` header. A date is counted from it, since what matters is the sender's clock: ours
 *   may be wrong by hours.
 * @param clock.now Our own clock, in epoch milliseconds, for an answer without a `Date`.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(
  header: string,
  clock: { readonly date: string | undefined; readonly now: number },
): number | undefined {
  const text = header.trim();
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, LONGEST_MS);
  const until = httpDate(text);
  if (until === undefined) return undefined;
  return Math.min(Math.max(0, until - (httpDate(clock.date?.trim()) ?? clock.now)), LONGEST_MS);
}

/** Epoch milliseconds. `Date.parse` alone takes nearly anything. */
function httpDate(text: string | undefined): number | undefined {
  if (text === undefined || !HTTP_DATE.test(text)) return undefined;
  // The oldest form names no zone, and means GMT like the others.
  const date = Date.parse(/\b(?:GMT|UTC)$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : date;
}
