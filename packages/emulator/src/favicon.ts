import type { Operation } from './operation.js';
import { ICON } from './page.js';

/** `GET /favicon.ico`: browsers ask for it unasked, and a 404 would be an error in their console. */
export const favicon: Operation = {
  name: 'favicon',
  methods: ['GET', 'HEAD'],
  errorShape: 'envelope',
  matches: (path) => path === '/favicon.ico',
  run: () => ({
    status: 200,
    headers: { 'content-type': 'image/svg+xml; charset=utf-8', 'cache-control': 'public, max-age=300' },
    body: ICON.toString(),
  }),
};
