import { randomBytes } from 'node:crypto';
import type { Request, RequestHandler } from 'express';
import session from 'express-session';
import { MemorySessionStore } from './memory-session-store.js';

/** A sign-in that was begun and has not come back yet. */
export interface PendingSignIn {
  readonly state: string;
  readonly codeVerifier?: string | undefined;
  /** What was asked for. */
  readonly scopes: readonly string[];
  /** Epoch milliseconds. */
  readonly startedAt: number;
}

declare module 'express-session' {
  interface SessionData {
    pendingSignIn: PendingSignIn;
    /** Whose tokens this browser may use. Tokens themselves never enter the session. */
    userId: string;
    csrfToken: string;
    /** Said once, on the next page. */
    notice: string;
  }
}

const SESSION_COOKIE = 'tt.sid';
const EIGHT_HOURS_MS = 8 * 60 * 60 * 1000;

/** The server-side session, known to the browser by a signed cookie. */
export function sessions({
  secret,
  secure,
}: {
  readonly secret: string | undefined;
  readonly secure: boolean;
}): RequestHandler {
  return session({
    name: SESSION_COOKIE,
    secret: secret ?? randomBytes(32).toString('hex'),
    store: new MemorySessionStore({ ttlMs: EIGHT_HOURS_MS }),
    resave: false,
    saveUninitialized: false,
    // Lax: the cookie must come along when TikTok sends the person back.
    cookie: { httpOnly: true, sameSite: 'lax', secure, maxAge: EIGHT_HOURS_MS, path: '/' },
  });
}

/** Writes the session before anything else happens. */
export function save({ session: current }: Request): Promise<void> {
  return new Promise((resolve, reject) => current.save((error) => (error ? reject(error) : resolve())));
}

/** A new, empty session under a new id, so that an id planted before the sign-in is worth nothing after it. */
export function renew({ session: current }: Request): Promise<void> {
  return new Promise((resolve, reject) => current.regenerate((error) => (error ? reject(error) : resolve())));
}
