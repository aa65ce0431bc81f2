import type { LogLine } from '../../../src/decision/log.ts';

const names = [
  'decision',
  'reason',
  'message',
  'coldStart',
  'durationMs',
  'secretVersion',
  'apiType',
] as const satisfies readonly (keyof LogLine)[];

/** The log's fields as metric filters select them. A field that the log no longer has does not compile. */
export const logFields = Object.fromEntries(names.map((name) => [name, `$.${name}`])) as {
  readonly [Name in (typeof names)[number]]: `$.${Name}`;
};
