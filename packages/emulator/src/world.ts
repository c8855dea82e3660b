import type { AuthorizationCodes } from './authorization-codes.js';
import type { RegisteredClient } from './client.js';
import type { ConsentRequests } from './consent-requests.js';
import type { Faults } from './faults/faults.js';
import type { Grants } from './grants.js';
import type { Lifetimes } from './lifetimes.js';
import type { Random } from './random.js';
import type { RateLimits } from './rate-limits.js';
import type { Rules } from './rules.js';
import type { Users } from './users.js';

/** All state of one emulator. Two emulators share nothing. */
export interface World {
  /** Origin, without a trailing slash. */
  readonly url: string;
  readonly clients: readonly RegisteredClient[];
  readonly users: Users;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly lifetimes: Lifetimes;
  readonly rules: Rules;
  readonly consentRequests: ConsentRequests;
  readonly codes: AuthorizationCodes;
  readonly grants: Grants;
  readonly rateLimits: RateLimits;
  readonly faults: Faults;
  readonly logIdRandom: Random;
}
