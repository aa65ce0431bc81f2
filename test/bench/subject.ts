import { readFileSync } from 'node:fs';
import { zipSize } from './zipSize.ts';

/** Something that is measured. */
export interface Subject {
  readonly name: string;
  readonly title: string;
  /** `reference` is not a complete authorizer and is measured for warm decisions only. */
  readonly kind: 'ours' | 'rival' | 'limit' | 'reference';
  /** The bundle that is loaded. */
  readonly file: string;
  readonly bundleBytes: number;
  readonly zipBytes: number;
  /** Environment variables of its own. */
  readonly env: Readonly<Record<string, string>>;
}

/** A subject before its bundle is built. */
export type SubjectName = Pick<Subject, 'name' | 'title' | 'kind'>;

/** A subject with its bundle's sizes. */
export function subjectOf(
  { name, title, kind }: SubjectName,
  file: string,
  env: Subject['env'] = {},
): Subject {
  const content = readFileSync(file);
  return {
    name,
    title,
    kind,
    file,
    bundleBytes: content.length,
    zipBytes: zipSize('index.cjs', content),
    env,
  };
}
