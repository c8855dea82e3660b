import type { AuthorizationCodes } from './authorization-codes.js';
import type { RegisteredClient } from './client.js';
import type { ConsentRequests } from './consent-requests.js';
import type { Grants } from './grants.js';
import type { Lifetimes } from './lifetimes.js';
import type { Random } from './random.js';
import type { EmulatorUser } from './user.js';

/** All that one emulator knows. Each instance has its own; nothing is shared between them. */
export interface World {
  /** Origin of the emulator, without a trailing slash. */
  readonly url: string;
  readonly clients: readonly RegisteredClient[];
  readonly users: readonly EmulatorUser[];
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly lifetimes: Lifetimes;
  readonly oauthErrorStatus: '4xx' | '200';
  readonly consentRequests: ConsentRequests;
  readonly codes: AuthorizationCodes;
  readonly grants: Grants;
  readonly logIdRandom: Random;
}
