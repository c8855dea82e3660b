import type { Work } from './work.js';
import { authorizationUrl } from './works/authorization-url/work.js';
import { cachedToken } from './works/cached-token/work.js';
import { codeExchange } from './works/code-exchange/work.js';
import { errors } from './works/errors/work.js';
import { footprint } from './works/footprint/work.js';
import { logLine } from './works/log-line/work.js';
import { memory } from './works/memory/work.js';
import { policy } from './works/policy/work.js';
import { promises } from './works/promises/work.js';
import { redisStore } from './works/redis-store/work.js';
import { stampede } from './works/stampede/work.js';

/** In the order of the results page. */
export const works: readonly Work[] = [
  promises,
  authorizationUrl,
  codeExchange,
  cachedToken,
  stampede,
  redisStore,
  policy,
  logLine,
  errors,
  footprint,
  memory,
];
