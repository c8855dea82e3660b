import type { CaseResult } from '../harness/compare.js';
import { median, pairedRatio, spread } from '../harness/statistics.js';
import type { Method, Metric } from '../harness/subject.js';
import type { Contender } from '../work.js';
import type { Table } from './table.js';
import { percent, times } from './units.js';
import { amount, METRICS, valuesOf, verdictOf } from './verdict.js';
import { versionOf } from './versions.js';

/** A case as a table: the numbers of each contender, what they are beside ours, and whether the aims are met. */
export function caseTable(result: CaseResult): Table {
  const { name, method, contenders, aims, columns = METRICS_OF[method.kind] } = result.measured;
  const first = comparedOf(method);
  const metrics = columns.filter((metric) => contenders.some((one) => has(result, one.name, metric)));
  const ours = contenders.every(({ role }) => role === 'ours')
    ? undefined
    : contenders.find(({ role }) => role === 'ours');
  const rows = contenders.map((contender) => {
    const values = valuesOf(result, contender.name, first);
    const beside = ours === undefined ? [] : [times(pairedRatio(values, valuesOf(result, ours.name, first)))];
    const numbers = metrics.map((metric) =>
      has(result, contender.name, metric) ? amount(median(valuesOf(result, contender.name, metric)), metric) : '',
    );
    return [nameOf(contender), ...numbers, `± ${percent(spread(values))}`, ...beside];
  });
  return {
    title: name,
    columns: [
      '',
      ...metrics.map((metric) => METRICS[metric]),
      'spread',
      ...(ours === undefined ? [] : ['beside ours']),
    ],
    rows,
    verdicts: aims.map((aim) => verdictOf(aim, result)),
    notes: contenders.flatMap(({ name: who, note }) => (note === undefined ? [] : [`- ${who}: ${note}`])),
  };
}

/** The columns of each method, unless a case has its own. */
const METRICS_OF: Readonly<Record<Method['kind'], readonly Metric[]>> = {
  calls: ['time', 'p99'],
  requests: ['time', 'cpu', 'p95', 'p99'],
  burst: ['total', 'requests', 'stale', 'failed', 'commands', 'bytes'],
};

function comparedOf(method: Method): Metric {
  switch (method.kind) {
    case 'calls':
      return 'time';
    case 'requests':
    case 'burst':
      return method.compared;
  }
}

function has({ rounds }: CaseResult, contender: string, metric: Metric): boolean {
  return rounds.get(contender)?.[0]?.[metric] !== undefined;
}

function nameOf({ name, role, packages }: Contender): string {
  const versions = packages.map((pkg) => `${pkg} ${versionOf(pkg)}`).join(', ');
  const shown = role === 'ours' ? `**${name}**` : role === 'floor' ? `*${name}*` : name;
  return versions === '' || versions === name ? shown : `${shown} (${versions})`;
}
