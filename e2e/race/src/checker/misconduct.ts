import type { Entry } from '../journal/entry.js';
import type { Ledger } from './ledger.js';
import type { Violation } from './violation.js';

/** What the processes did wrong beside their accounts. */
export function misconductIn({ entries }: Ledger): readonly Violation[] {
  const struck = new Set(
    entries.flatMap((entry) => (entry.kind === 'struck' && entry.signal === 'SIGKILL' ? [entry.process] : [])),
  );
  return entries.flatMap((entry) => {
    const what = misconductOf(entry, struck);
    return what === undefined ? [] : [{ ...what, userId: undefined }];
  });
}

function misconductOf(entry: Entry, struck: ReadonlySet<string>): Omit<Violation, 'userId'> | undefined {
  switch (entry.kind) {
    case 'unexpected':
      return { kind: 'unexpected_error', what: `${entry.from}: ${entry.error}` };
    case 'crashed':
      return { kind: 'crashed', what: `${entry.process} ${entry.how}` };
    case 'killed':
      if (entry.byDriver || struck.has(entry.process)) return undefined;
      return { kind: 'crashed', what: `${entry.process} was killed by somebody else: is there enough memory?` };
    case 'closed':
      if (entry.openCalls === 0) return undefined;
      return { kind: 'unanswered_call', what: `${entry.from} closed with ${entry.openCalls} calls unanswered` };
    default:
      return undefined;
  }
}
