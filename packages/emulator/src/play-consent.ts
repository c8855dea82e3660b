import type { App } from './app.js';
import { CONSENT_PATH } from './consent-page.js';
import { encodeForm } from './form.js';
import type { IncomingBody } from './operation.js';
import type { EmulatorUser } from './user.js';

/** What the person at the consent page does. */
export interface ConsentDecision {
  /** Username to sign in with. Default: the first user. */
  user?: string | undefined;
  /** Scopes to leave ticked. Default: all that the app asks for. */
  scopes?: readonly string[] | undefined;
  /** Press "Cancel" instead of "Authorize". Default `false`. */
  cancel?: boolean | undefined;
}

/** Opens the authorize page and answers it as a browser would, through the same operations. */
export async function playConsent(
  authorizationUrl: string | URL,
  context: { app: App; url: string; users: readonly [EmulatorUser, ...EmulatorUser[]]; decision: ConsentDecision },
): Promise<string> {
  const { app, url, users, decision } = context;
  const target = new URL(authorizationUrl);
  if (target.origin !== url) {
    throw new Error(`The authorization URL goes to ${target.origin}, not to this emulator at ${url}.`);
  }
  const headers = new Map([['content-type', 'application/x-www-form-urlencoded']]);
  const nothing: IncomingBody = { kind: 'complete', text: '' };
  const page = await app({ method: 'GET', target: target.pathname + target.search, headers: new Map(), body: nothing });
  const asked = page.note;
  if (asked?.kind !== 'consent_asked') throw new Error(explain(asked, page.status));

  const scopes = decision.scopes ?? asked.scopes;
  const text = encodeForm([
    ['request', asked.requestId],
    ['user', decision.user ?? users[0].username],
    ...scopes.map((scope) => ['scope', scope] as const),
    ['decision', decision.cancel === true ? 'cancel' : 'authorize'],
  ]);
  const answer = await app({ method: 'POST', target: CONSENT_PATH, headers, body: { kind: 'complete', text } });
  const location = answer.headers.location;
  if (location === undefined) throw new Error(explain(answer.note, answer.status));
  return location;
}

function explain(note: Awaited<ReturnType<App>>['note'], status: number): string {
  return note?.kind === 'refused_parameter'
    ? `The authorize page refused ${note.parameter}: ${note.reason}`
    : `The authorize page answered ${status} instead of asking for consent.`;
}
