import type { RegisteredClient } from './client.js';
import type { CodeChallenge } from './pkce.js';
import type { Random } from './random.js';

/** An authorization request that passed all checks and waits for a person's answer. */
export interface ConsentRequest {
  readonly client: RegisteredClient;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly state: string;
  readonly challenge: CodeChallenge;
}

/** Consent pages that are open. The page carries only an unguessable id; what was asked for stays here. */
export interface ConsentRequests {
  open(request: ConsentRequest): string;
  /** Hands the request out once. `undefined` when unknown, already answered, or too old. */
  take(id: string): ConsentRequest | undefined;
}

const LIFETIME_MS = 10 * 60_000;
const MAX_OPEN = 10_000;

export function createConsentRequests(context: { now: () => number; random: Random }): ConsentRequests {
  const { now, random } = context;
  const waiting = new Map<string, { request: ConsentRequest; expiresAt: number }>();

  return {
    open(request) {
      // A Map remembers the order of insertion, so its first key is the oldest page.
      const [oldest] = waiting.keys();
      if (waiting.size >= MAX_OPEN && oldest !== undefined) waiting.delete(oldest);
      const id = random.alphanumeric(32);
      waiting.set(id, { request, expiresAt: now() + LIFETIME_MS });
      return id;
    },
    take(id) {
      const entry = waiting.get(id);
      waiting.delete(id);
      return entry !== undefined && now() < entry.expiresAt ? entry.request : undefined;
    },
  };
}
