import type { Answer } from './answer.js';
import type { App } from './app.js';
import { CONSENT_PATH } from './consent-page.js';
import { encodeForm } from './form.js';
import { carry } from './in-process-fetch.js';
import type { IncomingRequest } from './operation.js';
import { siteOf } from './sites.js';
import type { EmulatorUser } from './user.js';
import type { Waits } from './waits.js';

/** What the person at the consent page does. */
export interface ConsentDecision {
  /** Username to sign in with. Default: the first user. */
  user?: string | undefined;
  /** Scopes to leave ticked. Default: all that the app asks for, without those the user denies. */
  scopes?: readonly string[] | undefined;
  /** Press "Cancel" instead of "Authorize". Default `false`. */
  cancel?: boolean | undefined;
  /** Ends the wait for a page that a fault makes slow or hang. */
  signal?: AbortSignal | undefined;
}

/** Opens the authorize page and answers it as a browser would, through the same operations. */
export async function playConsent(
  authorizationUrl: string | URL,
  context: {
    app: App;
    url: string;
    users: readonly [EmulatorUser, ...EmulatorUser[]];
    waits: Waits;
    decision: ConsentDecision;
  },
): Promise<string> {
  const { app, url, users, waits, decision } = context;
  const target = new URL(authorizationUrl);
  const site = siteOf(target.origin, url);
  if (site.kind === 'elsewhere') throw new Error(`The authorization URL goes to ${site.problem}`);
  const signal = decision.signal ?? new AbortController().signal;
  const ask = (request: IncomingRequest): Promise<Answer> => {
    signal.throwIfAborted();
    return carry(app({ ...request, ...(site.kind === 'tiktok' && { site: site.site }) }), { signal, waits });
  };

  const page = await ask({
    method: 'GET',
    target: target.pathname + target.search,
    headers: new Map(),
    body: { kind: 'complete', text: '' },
  });
  const asked = page.note;
  if (asked?.kind !== 'consent_asked') throw new Error(explain(page));

  const scopes = decision.scopes ?? asked.scopes;
  const text = encodeForm([
    ['request', asked.requestId],
    ['user', decision.user ?? users[0].username],
    ...scopes.map((scope) => ['scope', scope] as const),
    ['decision', decision.cancel === true ? 'cancel' : 'authorize'],
  ]);
  const answer = await ask({
    method: 'POST',
    target: CONSENT_PATH,
    headers: new Map([['content-type', 'application/x-www-form-urlencoded']]),
    body: { kind: 'complete', text },
  });
  const location = answer.headers.location;
  if (location === undefined) throw new Error(explain(answer));
  return location;
}

function explain({ note, status }: Answer): string {
  return note?.kind === 'refused_parameter'
    ? `The authorize page refused ${note.parameter}: ${note.reason}`
    : `The authorize page answered ${status} instead of asking for consent.`;
}
