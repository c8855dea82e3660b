import { Router } from 'express';

const STYLE = `
:root { color-scheme: light dark; --ink: #16181d; --paper: #f4f5f7; --card: #fff; --line: #dfe1e6; --accent: #e11d5b; --soft: #5d6370; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef2; --paper: #101216; --card: #191c22; --line: #2c313a; --soft: #a2a9b6; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
header, footer { padding: 1rem 1.5rem; color: var(--soft); }
footer { font-size: .85rem; text-align: center; }
.brand { color: inherit; font-weight: 700; text-decoration: none; }
main { flex: 1; display: grid; place-items: center; padding: 1rem; }
.card { width: min(34rem, 100%); padding: 2rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .5rem; font-size: 1.6rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
.button { display: inline-block; padding: .7rem 1.3rem; border: 1px solid transparent; border-radius: .6rem; background: var(--accent); color: #fff; font: inherit; font-weight: 600; text-decoration: none; cursor: pointer; }
.button.quiet { background: transparent; border-color: var(--line); color: inherit; }
.button:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.5rem 0 0; }
.person { display: flex; align-items: center; gap: 1.25rem; }
.avatar { border-radius: 50%; border: 1px solid var(--line); }
.handle, .hint { margin: 0; color: var(--soft); }
.hint { margin-top: 1.5rem; font-size: .9rem; }
.notice { margin: 0 0 1.5rem; padding: .7rem 1rem; border: 1px solid var(--line); border-radius: .6rem; }
.scopes { margin: .5rem 0 1.5rem; padding-left: 1.2rem; }
code { color: var(--soft); font-size: .85em; }
form { margin: 1.5rem 0 0; }
`;

const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#e11d5b"/><text x="16" y="22" font-family="sans-serif" font-size="16" font-weight="700" text-anchor="middle" fill="#fff">tt</text></svg>`;

/** Style and icon, from our own origin. */
export function assets(): Router {
  const router = Router();
  router.get(
    '/style.css',
    (_request, response) => void response.type('css').set('cache-control', 'max-age=300').send(STYLE),
  );
  router.get(
    '/icon.svg',
    (_request, response) => void response.type('svg').set('cache-control', 'max-age=86400').send(ICON),
  );
  return router;
}
