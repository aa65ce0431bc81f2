/** The summary of a series of measurements. */
export interface Summary {
  median: number;
  p90: number;
}

/** Median and 90th percentile, by linear interpolation between the nearest ranks. */
export function summarize(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) };
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new RangeError('no measurements');
  return below + (above - below) * (position % 1);
}

/** Summarizes these figures over a series of runs. */
export function summarizeAll<Figure extends string>(
  runs: readonly Record<Figure, number>[],
  figures: readonly Figure[],
): Record<Figure, Summary> {
  const entries = figures.map((figure) => [figure, summarize(runs.map((run) => run[figure]))]);
  return Object.fromEntries(entries);
}
