/** The middle of the values; the mean of the middle two where their number is even. */
export function median(values: readonly number[]): number {
  const sorted = ascending(values);
  const middle = Math.floor(sorted.length / 2);
  const upper = at(sorted, middle);
  return sorted.length % 2 === 1 ? upper : (at(sorted, middle - 1) + upper) / 2;
}

/** The least value that `share` of all values (0 to 1) do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = ascending(values);
  return at(sorted, Math.max(0, Math.ceil(share * sorted.length) - 1));
}

/** Half of the distance between the least and the greatest value, as a share of the median. */
export function spread(values: readonly number[]): number {
  const sorted = ascending(values);
  return (at(sorted, sorted.length - 1) - at(sorted, 0)) / 2 / median(sorted);
}

/**
 * How many times as much `values` are as `others`: the median over the rounds of the two of the same round. What slowed a
 * whole round down, slowed both.
 */
export function pairedRatio(values: readonly number[], others: readonly number[]): number {
  if (values.length !== others.length) throw new RangeError('a ratio is of two that ran in the same rounds');
  return median(values.map((value, round) => value / at(others, round)));
}

/** The list begun at its `by`-th entry, so that over the rounds everybody is first as often as anybody else. */
export function rotated<T>(list: readonly T[], by: number): readonly T[] {
  const start = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(start), ...list.slice(0, start)];
}

function ascending(values: readonly number[]): number[] {
  if (values.length === 0) throw new RangeError('there is no statistic of nothing');
  return [...values].sort((a, b) => a - b);
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new RangeError(`there is no value ${index} of ${values.length}`);
  return value;
}
