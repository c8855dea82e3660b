/** The process of one contender in one round: loads it and nothing of the others, measures it, tells the parent, ends. */
import { works } from '../works.js';
import type { Job, Reply } from './job.js';
import { measureSubject } from './measure.js';

process.once('message', (job: Job) => {
  void measured(job)
    .catch((error: unknown): Reply => ({ kind: 'failed', why: error instanceof Error ? `${error.stack}` : `${error}` }))
    .then(answer);
});

/** Ends once the parent has it, whatever the contender left open. */
function answer(reply: Reply): void {
  process.send?.(reply, undefined, {}, () => process.exit());
}

async function measured({ work, caseName, contender: name, services, pace }: Job): Promise<Reply> {
  const comparison = works.find((candidate) => candidate.name === work);
  if (comparison?.kind !== 'comparison') throw new TypeError(`there is no comparison ${JSON.stringify(work)}`);
  const found = comparison.cases.find((candidate) => candidate.name === caseName);
  const contender = found?.contenders.find((candidate) => candidate.name === name);
  if (found === undefined || contender === undefined) throw new TypeError(`${work} has no ${caseName} by ${name}`);
  const prepare = await contender.load();
  return { kind: 'measured', measurement: await measureSubject(await prepare(services), found.method, pace) };
}
