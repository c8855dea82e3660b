/**
 * What a `Retry-After` header asks for, in milliseconds: it holds seconds or an HTTP date. `undefined` where it holds
 * neither.
 *
 * @param now The clock, in epoch milliseconds.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes nearly anything; a date of HTTP begins with the day's name.
  if (!/^[A-Z][a-z]+,? /.test(text)) return undefined;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
