import { type App, createApp } from './app.js';
import { createAuthorizationCodes } from './authorization-codes.js';
import { createConsentRequests } from './consent-requests.js';
import { createFaults } from './faults/faults.js';
import { createGrants } from './grants.js';
import { createMask } from './mask.js';
import { shapeOf } from './operations.js';
import type { Settings } from './options.js';
import { createRandom } from './random.js';
import { createRateLimits } from './rate-limits.js';
import { createRequestLog, type RequestLog } from './request-log.js';
import { createUsers } from './users.js';
import type { World } from './world.js';

/** A world with its app and its log: all that a reset throws away. */
export interface Stage {
  readonly world: World;
  readonly app: App;
  readonly log: RequestLog;
}

export function createStage(settings: Settings, place: { url: string; now: () => number }): Stage {
  const { url, now } = place;
  const { clients, seed, lifetimes, rules } = settings;
  const clientKeys = clients.map((client) => client.clientKey);
  const world: World = {
    url,
    clients,
    users: createUsers({ setups: settings.users, clientKeys, now }),
    now,
    lifetimes,
    rules,
    consentRequests: createConsentRequests({ now, random: createRandom(seed, 'consent request') }),
    codes: createAuthorizationCodes({
      now,
      random: createRandom(seed, 'code'),
      lifetimeSeconds: lifetimes.codeSeconds,
    }),
    grants: createGrants({ now, random: createRandom(seed, 'token'), lifetimes, rules }),
    rateLimits: createRateLimits({ now, settings: settings.rateLimits }),
    faults: createFaults({ seed, shapeOf }),
    logIdRandom: createRandom(seed, 'log id'),
  };
  const log = createRequestLog(settings.requestLogSize, settings.onRequest);
  const mask = createMask(clients.map((client) => client.clientSecret));
  return { world, log, app: createApp({ world, log, mask }) };
}
