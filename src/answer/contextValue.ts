import type { ContextValue } from '../decision.ts';

/** What a context value must not contain: `"`, `\` and control characters, which JSON escapes. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones
const escapedByJson = /["\\\u0000-\u001f]/;

/** How encoded values begin, and no other value does. */
const encodedStart = /^(?:[[{]|%22)/;

/**
 * Encodes a claim as a context value that nothing has to escape: on an HTTP API, a cached answer whose context holds a `"` or a
 * `\` was reported to be a 500.
 *
 * | claim | context value |
 * |---|---|
 * | list, object | its JSON with `%`, `+`, `"` and `\` percent-encoded, such as `[%22a%22]` |
 * | text with a `"`, a `\` or a control character, or that begins with `[`, `{` or `%22` | the same, such as `%22[a]%22` |
 * | other text, number, boolean | itself |
 *
 * @returns undefined for null and infinite numbers, which REST APIs would answer with a 500
 * @see {@link https://github.com/mantil-io/mantil/issues/52} the report, with API Gateway's own error
 */
export function encodeContextValue(claim: unknown): ContextValue | undefined {
  switch (typeof claim) {
    case 'boolean':
      return claim;
    case 'number':
      return Number.isFinite(claim) ? claim : undefined;
    case 'string':
      return escapedByJson.test(claim) || encodedStart.test(claim) ? percentEncodedJson(claim) : claim;
    default:
      return typeof claim === 'object' && claim !== null ? percentEncodedJson(claim) : undefined;
  }
}

function percentEncodedJson(claim: string | object): string {
  return JSON.stringify(claim).replace(/[%+"\\]/g, encodeURIComponent);
}

/** Decodes a context that this authorizer wrote, or a part of it. */
export function decodeContext(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(context).map(([name, value]) => [name, decoded(value)]));
}

/**
 * Decodes a value that {@link encodeContextValue} wrote. An encoded value contains no `"`, so one that does is plain
 * JSON, from an answer that was cached before an upgrade. What is neither stays as it is.
 */
function decoded(value: unknown): unknown {
  if (typeof value !== 'string' || !encodedStart.test(value)) return value;
  try {
    return JSON.parse(value.includes('"') ? value : decodeURIComponent(value));
  } catch {
    return value;
  }
}
