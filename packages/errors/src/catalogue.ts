import { API_CODES } from './catalogue-api.js';
import type { CatalogueEntry, CatalogueSource } from './catalogue-entry.js';
import { OAUTH_CODES } from './catalogue-oauth.js';
import { FAIL_REASONS } from './catalogue-publish.js';
import { UPLOAD_STATUSES } from './catalogue-upload.js';

/**
 * Every code of TikTok's that these packages know, by where it stands: in the flat `error` of an OAuth answer, in the
 * envelope of an API answer, as the status of an upload, or as the `fail_reason` of a post. Errors are made from this
 * table and from nothing else; so is the page on them.
 *
 * @example
 * ```ts
 * import { CATALOGUE } from '@tt/errors';
 *
 * const tomorrow = CATALOGUE.api.filter(({ windowMs }) => windowMs === 86_400_000);
 * console.log(tomorrow.map(({ code }) => code));
 * ```
 */
export const CATALOGUE: Readonly<Record<CatalogueSource, readonly CatalogueEntry[]>> = Object.freeze({
  oauth: frozen(OAUTH_CODES),
  api: frozen(API_CODES),
  upload: frozen(UPLOAD_STATUSES),
  publish: frozen(FAIL_REASONS),
});

const BY_CODE: Readonly<Record<CatalogueSource, ReadonlyMap<string, CatalogueEntry>>> = {
  oauth: byCode(CATALOGUE.oauth),
  api: byCode(CATALOGUE.api),
  upload: byCode(CATALOGUE.upload),
  publish: byCode(CATALOGUE.publish),
};

/** What is known of `code` where it stands in `source`; `undefined` for a code nobody has documented yet. */
export function catalogueEntry(source: CatalogueSource, code: string): CatalogueEntry | undefined {
  return BY_CODE[source].get(code);
}

const CODES: ReadonlySet<string> = new Set(Object.values(BY_CODE).flatMap((entries) => [...entries.keys()]));

/** Whether `code` is one that TikTok has documented, wherever. */
export function isDocumentedCode(code: string): boolean {
  return CODES.has(code);
}

/** The table is shared by everyone who imports it. */
function frozen(entries: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  for (const entry of entries) Object.freeze(entry);
  return Object.freeze(entries);
}

function byCode(entries: readonly CatalogueEntry[]): ReadonlyMap<string, CatalogueEntry> {
  return new Map(entries.map((entry) => [entry.code, entry]));
}
