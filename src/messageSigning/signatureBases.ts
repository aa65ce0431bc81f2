import type { Config } from '../config/settings.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { type ComponentValue, componentValues } from './componentValues.ts';
import type { Component, RawMessageSignature } from './locate.ts';
import { parameterName } from './queryParameters.ts';
import { type Dependencies, type Reading, readings } from './readings.ts';

/** What a signature base depends on. */
export type SignatureBaseSettings = Pick<Config, 'publicOrigin' | 'publicBasePath'>;

/** The signature bases that a client may have signed for one request. */
export interface SignatureBases {
  /**
   * Tries the bases, most likely first, until one verifies. Call it once for each key.
   *
   * @param verifies takes a base as UTF-8 bytes
   * @returns whether one of them verified
   * @throws Failure `event_invalid` when the host is unknown
   */
  readonly some: (verifies: (base: Uint8Array<ArrayBuffer>) => Promise<boolean>) => Promise<boolean>;
}

/**
 * The first base is verified alone, then those up to the eighth together, then the rest: handing work to another thread
 * costs as much as the work.
 */
const growth = 8;

/**
 * Prepares the signature bases of a request. What is the same in all readings is computed here, once.
 *
 * @throws Refusal `message_signature_coverage`: a covered component is unknown, or not in the request
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-2.5} Creating the Signature Base
 */
export function signatureBases(
  { components, rawParameters }: Pick<RawMessageSignature, 'components' | 'rawParameters'>,
  request: ApiRequest,
  settings: SignatureBaseSettings,
): SignatureBases {
  const values = components.map(componentValues(request, settings));
  const parts: ComponentValue[] = [''];
  for (const [index, { identifier }] of components.entries()) {
    append(`${identifier}: `);
    append(values[index] as ComponentValue);
    append('\n');
  }
  append(`"@signature-params": ${rawParameters}`);

  const made: Uint8Array<ArrayBuffer>[] = [];
  const unmade = make(readings(request, settings, dependenciesOf(components, values, parts)));
  return { some };

  /** Joins adjacent parts that do not depend on the reading. */
  function append(part: ComponentValue): void {
    const last = parts.at(-1);
    if (typeof part === 'string' && typeof last === 'string') parts[parts.length - 1] = last + part;
    else parts.push(part);
  }

  function* make(all: Iterable<Reading>): Generator<Uint8Array<ArrayBuffer>> {
    for (const reading of all) {
      const base = parts.map((part) => (typeof part === 'string' ? part : part(reading))).join('');
      yield new TextEncoder().encode(base);
    }
  }

  async function some(verifies: (base: Uint8Array<ArrayBuffer>) => Promise<boolean>): Promise<boolean> {
    let start = 0;
    let end = 1;
    for (;;) {
      while (made.length < end) {
        const next = unmade.next();
        if (next.done) break;
        made.push(next.value);
      }
      const results = await Promise.all(made.slice(start, end).map(verifies));
      if (results.includes(true)) return true;
      if (made.length < end) return false;
      start = end;
      end *= growth;
    }
  }
}

function dependenciesOf(
  components: readonly Component[],
  values: readonly ComponentValue[],
  parts: readonly ComponentValue[],
): Dependencies {
  const varying = components.filter((_, index) => typeof values[index] !== 'string');
  const names = new Set(varying.map(({ name }) => name));
  const covers = (...some: string[]) => some.some((name) => names.has(name));
  return {
    path: covers('@target-uri', '@path', '@request-target'),
    query: covers('@target-uri', '@query', '@request-target'),
    queryComponent: covers('@query', '@query-param'),
    pathComponent: covers('@path', '@request-target'),
    targetUri: covers('@target-uri'),
    joinedLines: varying.some(({ name }) => !name.startsWith('@')),
    sharedLength: parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0),
    namedParameters: components
      .filter(({ name }) => name === '@query-param')
      .map(({ parameters }) => parameterName(String(parameters.get('name'))) as string),
  };
}
