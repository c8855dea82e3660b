/**
 * Forgets what has run out, from the oldest on.
 *
 * Entries of one map live equally long and a Map keeps their order, so the first one still alive ends the search.
 */
export function dropExpired(entries: Map<string, { readonly expiresAt: number }>, now: number): void {
  for (const [key, { expiresAt }] of entries) {
    if (now < expiresAt) return;
    entries.delete(key);
  }
}
