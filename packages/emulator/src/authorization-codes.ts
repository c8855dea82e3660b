import { dropExpired } from './drop-expired.js';
import type { GrantHolder } from './grants.js';
import type { CodeChallenge } from './pkce.js';
import type { Random } from './random.js';

/** What a code stands for, and what its exchange is bound to. */
export interface CodeBinding extends GrantHolder {
  readonly redirectUri: string;
  readonly challenge: CodeChallenge;
}

export interface AuthorizationCodes {
  issue(binding: CodeBinding): string;
  /** What a live code stands for; `undefined` for one that is unknown, spent or expired. */
  find(code: string): CodeBinding | undefined;
  spend(code: string): void;
}

export function createAuthorizationCodes(context: {
  now: () => number;
  random: Random;
  lifetimeSeconds: number;
}): AuthorizationCodes {
  const { now, random, lifetimeSeconds } = context;
  const live = new Map<string, { binding: CodeBinding; expiresAt: number }>();

  return {
    issue(binding) {
      dropExpired(live, now());
      // Real codes end like `*1!4608.va`: characters that a client must carry through its encoding unharmed.
      const code = `${random.alphanumeric(56)}*1!${random.digits(4)}.va`;
      live.set(code, { binding, expiresAt: now() + lifetimeSeconds * 1_000 });
      return code;
    },
    find(code) {
      const entry = live.get(code);
      return entry !== undefined && now() < entry.expiresAt ? entry.binding : undefined;
    },
    spend(code) {
      live.delete(code);
    },
  };
}
