import { TikTokError } from '@tt/errors';
import { OldestFirst } from '../oldest-first.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
/** Accounts in trouble at a time; a forgotten one is only asked for sooner. */
const MAX_ACCOUNTS = 10_000;

interface Cooldown {
  readonly failures: number;
  readonly error: unknown;
  readonly untilMs: number;
}

/**
 * Accounts whose refresh has just failed, and is not tried again by every caller (D4): after 1 s, then twice as long
 * each time, up to a minute; not before the time that the error names.
 */
export class Cooldowns {
  readonly #monotonic: () => number;
  readonly #accounts = new Map<string, Cooldown>();
  readonly #oldest = new OldestFirst(this.#accounts);

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Why the account is cooling down, and for how much longer. */
  of(userId: string): { readonly error: unknown; readonly remainingMs: number } | undefined {
    const cooldown = this.#accounts.get(userId);
    if (cooldown === undefined) return undefined;
    const remainingMs = cooldown.untilMs - this.#monotonic();
    return remainingMs > 0 ? { error: cooldown.error, remainingMs } : undefined;
  }

  /** Another refresh of the account failed. */
  failed(userId: string, error: unknown): void {
    const failures = (this.#accounts.get(userId)?.failures ?? 0) + 1;
    const backoffMs = FIRST_MS * 2 ** (failures - 1);
    const askedForMs = TikTokError.isInstance(error) ? (error.retryAfterMs ?? 0) : 0;
    const untilMs = this.#monotonic() + Math.min(LONGEST_MS, Math.max(backoffMs, askedForMs));
    this.#accounts.delete(userId);
    this.#accounts.set(userId, { failures, error, untilMs });
    if (this.#accounts.size <= MAX_ACCOUNTS) return;
    const oldest = this.#oldest.next();
    if (oldest !== undefined) this.#accounts.delete(oldest);
  }

  /** The account has been refreshed, or has new tokens. */
  ended(userId: string): void {
    this.#accounts.delete(userId);
  }

  clear(): void {
    this.#accounts.clear();
  }
}
