import { randomUUID } from 'node:crypto';
import type { Prepare, Subject } from '../../harness/subject.js';
import { countsOf, expectOutcome, herd, type Outcome, requestsOf, warmUp } from './herd.js';
import { type MemberName, members } from './member.js';

const CALLERS = 1_000;

/** A thousand callers in this process. */
export async function oneProcess(name: MemberName): Promise<Prepare> {
  const make = await members[name]();
  return async (services): Promise<Subject> => {
    await warmUp(make, services, CALLERS);
    const account = randomUUID();
    const { getToken, close } = await make(services, account);
    let outcome: Outcome | undefined;
    return {
      call: async () => {
        outcome = await herd({ account, callers: CALLERS }, getToken);
        return outcome;
      },
      check: expectOutcome,
      counts: async () => countsOf(outcome, await requestsOf(services, account)),
      close,
    };
  };
}
