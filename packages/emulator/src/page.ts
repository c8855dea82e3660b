import { createHash } from 'node:crypto';
import { Html, html } from './html.js';
import { STYLE } from './page-style.js';

/** A page ready to send, with the policy that lets its own style through and nothing else. */
export interface Page {
  readonly body: Html;
  readonly contentSecurityPolicy: string;
}

/** The mark of the emulator; not TikTok's. */
export const ICON = html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#161823"/><path d="M8 9h16v4h-6v11h-4V13H8z" fill="#25f4ee"/></svg>`;

/** The frame all pages share. Everything they need is in them: no script, no other origin, no font to load. */
export function renderPage(content: { title: string; main: Html }): Page {
  return {
    body: html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${content.title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON.toString())}">
<style>${new Html(STYLE)}</style>
</head>
<body>
<p class="emulator"><strong>TikTok emulator</strong> This is not TikTok. Nothing here leaves your machine.</p>
<main>
${content.main}
</main>
</body>
</html>
`,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
      "img-src 'self' data:",
      "base-uri 'none'",
      "frame-ancestors 'none'",
      // No form-action: Chromium applies it to the redirect after the POST too, which goes to the app's origin.
    ].join('; '),
  };
}
