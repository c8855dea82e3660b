/** Where a rule of the emulator comes from. */
export type Source =
  /** A page of TikTok's documentation, under its long-standing address. */
  | { readonly kind: 'page'; readonly slug: string }
  /** A page as it was rewritten, with the date of last update it shows. */
  | { readonly kind: 'newer page'; readonly slug: string; readonly date: string }
  /** TikTok's own open-source SDK. */
  | { readonly kind: 'sdk'; readonly repository: string }
  /** Seen by others: a public thread. */
  | { readonly kind: 'seen'; readonly where: string }
  /** Public code of others that works with TikTok as it is. */
  | { readonly kind: 'code'; readonly repository: string; readonly path: string }
  /** A conclusion of ours; no source says it in so many words. */
  | { readonly kind: 'inferred' };

export function page(slug: string): Source {
  return { kind: 'page', slug };
}

export function newerPage(slug: string, date: string): Source {
  return { kind: 'newer page', slug, date };
}

export function sdk(repository: string): Source {
  return { kind: 'sdk', repository };
}

/** @param where - A GitHub thread, like `owner/repository#1`. */
export function seen(where: string): Source {
  return { kind: 'seen', where };
}

export function code(repository: string, path: string): Source {
  return { kind: 'code', repository, path };
}

export const INFERRED: Source = { kind: 'inferred' };

/** As it stands in the table. */
export function renderSource(source: Source): string {
  switch (source.kind) {
    case 'page':
      return `[${source.slug}](https://developers.tiktok.com/doc/${source.slug})`;
    case 'newer page':
      return `[${source.slug}](https://developers.tiktok.com/docs/en/${source.slug}) of ${source.date}`;
    case 'sdk':
      return `[${source.repository}](https://github.com/${source.repository}), TikTok's SDK`;
    case 'seen': {
      const [repository, number] = source.where.split('#');
      return `seen: [${source.where}](https://github.com/${repository}/issues/${number})`;
    }
    case 'code':
      return `seen: [${source.repository}](https://github.com/${source.repository}/blob/main/${source.path})`;
    case 'inferred':
      return 'inferred';
  }
}
