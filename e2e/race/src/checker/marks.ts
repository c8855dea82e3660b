import type { Entry } from '../journal/entry.js';
import { type Loss, lossOf, type Scene } from './loss.js';
import type { Violation } from './violation.js';

/** An account that was marked as needing to sign in, and the truth about it. */
export interface Mark {
  readonly loss: Loss;
  readonly violation: Violation | undefined;
}

type MarkEntry = Extract<Entry, { readonly kind: 'wrote' }>;

/** D4: every mark, whatever came after it. */
export function marksOf(scene: Scene): readonly Mark[] {
  return scene.account
    .of('wrote')
    .filter(({ mark }) => mark !== undefined)
    .map((entry) => {
      const loss = lossOf(entry.refreshToken, entry.at, scene);
      return { loss, violation: violationOf(entry, loss, scene) };
    });
}

function violationOf(entry: MarkEntry, loss: Loss, scene: Scene): Violation | undefined {
  const { userId } = scene.account;
  const { from, at, refreshToken, mark } = entry;
  const wasRefused = scene.account.requests.some(
    (request) => request.process === from && request.refreshToken === refreshToken && !request.live && request.at <= at,
  );
  if (!wasRefused)
    return { kind: 'false_mark', userId, what: `${from} marked ${refreshToken}, which TikTok had not refused it` };
  if (loss === 'unexplained') {
    return { kind: 'lost_without_cause', userId, what: `${refreshToken} is dead, and ${from} marked it as ${mark}` };
  }
  const known = doubtKnownTo(entry, scene);
  if (mark === 'refused' && known === undefined) return undefined;
  if (mark === 'answer_lost' && known !== undefined) return undefined;
  const what = `${from} marked ${refreshToken} as ${mark}; ${known ?? 'every request with it that it knew of was answered'}`;
  return { kind: 'false_reason', userId, what };
}

/** D3: why that process had to think that an earlier send of this token may have taken effect. */
function doubtKnownTo({ from, at, refreshToken, ifVersion }: MarkEntry, { account }: Scene): string | undefined {
  const silent = account.sends.find(
    ({ process, refreshToken: sent, heard }) =>
      process === from &&
      sent === refreshToken &&
      heard !== undefined &&
      heard.at <= at &&
      (heard.outcomeUnknown || heard.errorType === 'SERVER_ERROR'),
  );
  if (silent !== undefined) return 'a request of its own with it had gone unanswered';
  const noted = ifVersion !== null && account.versions.get(ifVersion)?.doubted === true;
  return noted ? 'the record said that a request with it had gone unanswered' : undefined;
}
