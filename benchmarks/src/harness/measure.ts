import { measureBurst } from './measure-burst.js';
import { measureCalls } from './measure-calls.js';
import { measureRequests } from './measure-requests.js';
import type { Pace } from './pace.js';
import type { Measurement, Method, Subject } from './subject.js';

/** One round of one contender, in this process. Rejects where the contender does not do what the work asks for. */
export async function measureSubject(subject: Subject, method: Method, pace: Pace): Promise<Measurement> {
  const { within = (measure) => measure() } = subject;
  let measurement: Measurement = {};
  try {
    await within(async () => {
      // A burst is all the contender does: a first one to look at would change what the second one finds.
      if (method.kind !== 'burst') await subject.check(await subject.call());
      measurement = await measureAs(subject, method, pace);
    });
    return { ...measurement, ...(await subject.counts?.()) };
  } finally {
    await subject.close?.();
  }
}

function measureAs(subject: Subject, method: Method, pace: Pace): Promise<Measurement> {
  switch (method.kind) {
    case 'calls':
      return measureCalls(subject, pace);
    case 'requests':
      return measureRequests(subject, { ...pace, ...method });
    case 'burst':
      return measureBurst(subject);
  }
}
