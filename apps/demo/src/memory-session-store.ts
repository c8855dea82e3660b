import { type SessionData, Store } from 'express-session';
import { LRUCache } from 'lru-cache';

const MAX_SESSIONS = 10_000;

/**
 * Sessions in this process's memory. The store that express-session brings along never forgets one; this one is bounded
 * and lets them run out.
 */
export class MemorySessionStore extends Store {
  readonly #sessions: LRUCache<string, string>;

  constructor({ ttlMs }: { readonly ttlMs: number }) {
    super();
    this.#sessions = new LRUCache({ max: MAX_SESSIONS, ttl: ttlMs });
  }

  override get(id: string, done: (error: unknown, session?: SessionData | null) => void): void {
    const text = this.#sessions.get(id);
    done(null, text === undefined ? null : JSON.parse(text));
  }

  /** As text, so that a request changes its own copy and nobody else's. */
  override set(id: string, session: SessionData, done?: (error?: unknown) => void): void {
    this.#sessions.set(id, JSON.stringify(session));
    done?.();
  }

  override touch(id: string, _session: SessionData, done?: () => void): void {
    const text = this.#sessions.get(id);
    if (text !== undefined) this.#sessions.set(id, text);
    done?.();
  }

  override destroy(id: string, done?: (error?: unknown) => void): void {
    this.#sessions.delete(id);
    done?.();
  }
}
