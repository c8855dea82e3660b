import type { CaseResult } from '../harness/compare.js';
import { median, pairedRatio } from '../harness/statistics.js';
import type { Metric } from '../harness/subject.js';
import { type Aim, BEST_PEER } from '../work.js';
import type { Verdict } from './table.js';
import { time, times } from './units.js';

/** Whether a case meets one of its aims. */
export function verdictOf(aim: Aim, result: CaseResult): Verdict {
  const ours = valuesOf(result, aim.ours, aim.metric);
  switch (aim.kind) {
    case 'limit': {
      const value = median(ours);
      return {
        aim: `${aim.ours}: ${METRICS[aim.metric]} at most ${amount(aim.most, aim.metric)}`,
        met: value <= aim.most,
        measured: amount(value, aim.metric),
      };
    }
    case 'at most': {
      const ratio = pairedRatio(ours, valuesOf(result, aim.than, aim.metric));
      return {
        aim: `${aim.ours}: at most ${aim.times} times the ${METRICS[aim.metric]} of ${aim.than}`,
        met: ratio <= aim.times,
        measured: `${times(ratio)} times`,
      };
    }
    case 'faster': {
      const rival = aim.than === BEST_PEER ? bestPeer(result, aim.metric) : aim.than;
      const who = aim.than === BEST_PEER ? `the best peer (${rival})` : rival;
      const ratio = pairedRatio(valuesOf(result, rival, aim.metric), ours);
      return {
        aim: `${aim.ours}: ${aim.times === 1 ? 'less' : `${aim.times} times less`} ${METRICS[aim.metric]} than ${who}`,
        // Exactly once as fast is not faster.
        met: aim.times === 1 ? ratio > 1 : ratio >= aim.times,
        measured: ratio >= 1 ? `${times(ratio)} times less` : `${times(1 / ratio)} times more`,
      };
    }
  }
}

/** One metric of a contender, round by round. */
export function valuesOf({ measured, rounds }: CaseResult, contender: string, metric: Metric): readonly number[] {
  const values = (rounds.get(contender) ?? []).flatMap((measurement) => measurement[metric] ?? []);
  if (values.length === 0) throw new TypeError(`${measured.name}: there is no ${metric} of ${contender}`);
  return values;
}

export const METRICS: Readonly<Record<Metric, string>> = {
  time: 'time a call',
  average: 'average',
  p95: 'p95',
  p99: 'p99',
  cpu: 'processor time a call',
  total: 'time in all',
  requests: 'requests',
  commands: 'Redis commands',
  stale: 'stale tokens',
  failed: 'failed callers',
  bytes: 'bytes an account',
};

export function amount(value: number, metric: Metric): string {
  switch (metric) {
    case 'requests':
    case 'commands':
    case 'stale':
    case 'failed':
    case 'bytes':
      return value.toFixed(0);
    default:
      return time(value);
  }
}

function bestPeer(result: CaseResult, metric: Metric): string {
  const peers = result.measured.contenders.filter(({ role }) => role === 'peer');
  const [best] = peers
    .map(({ name }) => ({ name, value: median(valuesOf(result, name, metric)) }))
    .sort((a, b) => a.value - b.value);
  if (best === undefined) throw new TypeError(`${result.measured.name} has no peers`);
  return best.name;
}
