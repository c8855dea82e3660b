import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';

/** A whole page. What is put into it is escaped, whoever wrote it. */
export function page(title: string, content: ComponentChildren): string {
  return `<!doctype html>${renderToString(<Document title={title}>{content}</Document>)}`;
}

function Document({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{`${title} · tt demo`}</title>
        <link rel="icon" type="image/svg+xml" href="/icon.svg" />
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a class="brand" href="/">
            tt demo
          </a>
        </header>
        <main>{children}</main>
        <footer>A demo of the tt packages. Not affiliated with TikTok.</footer>
      </body>
    </html>
  );
}
