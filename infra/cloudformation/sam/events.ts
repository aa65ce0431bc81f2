import { readFileSync, writeFileSync } from 'node:fs';
import { mintToken } from '../../tools/approov/mint.ts';
import { exampleSecret } from './local.ts';

/** Kind of API, and for HTTP APIs the payload's version. */
export type EventKind = 'rest' | 'http-1.0' | 'http-2.0' | 'websocket';

/** One event for `sam local invoke`, and the expected answer. */
export interface Invocation {
  /** File name in `events`, without `.json`. */
  readonly name: string;
  readonly event: object;
  readonly expected: {
    readonly answer: 'Allow' | 'Deny' | 'failure';
    /** Of the log line; undefined for an Allow. */
    readonly reason?: string;
  };
}

const folder = new URL('events/', import.meta.url);
const claims = { iss: 'example.approov.io', did: 'ExampleApproovTokenDID==', ip: '203.0.113.7' };
/** In the year 2119, so that the events can be used as they are. */
const farAway = 4_708_683_205;
const key = Buffer.from(exampleSecret, 'base64');

/** One token for each verdict, the same at every run. */
export const exampleTokens = {
  allow: mintToken({ claims: { ...claims, exp: farAway }, key }),
  expired: mintToken({ claims: { ...claims, exp: 1_555_083_349 }, key }),
  /** As Approov answers a failed attestation: sound, and signed with another key. */
  forged: mintToken({ claims: { ...claims, exp: farAway }, key: Buffer.alloc(64, 'another key') }),
  malformed: 'not.a.token',
} as const;

/** What the client sends, and why it is refused. */
const requests: Readonly<Record<string, { headers: Readonly<Record<string, string>>; reason?: string }>> = {
  allow: { headers: { 'Approov-Token': exampleTokens.allow } },
  expired: { headers: { 'Approov-Token': exampleTokens.expired }, reason: 'token_expired' },
  forged: { headers: { 'Approov-Token': exampleTokens.forged }, reason: 'signature_mismatch' },
  malformed: { headers: { 'Approov-Token': exampleTokens.malformed }, reason: 'token_malformed' },
  missing: { headers: {}, reason: 'token_missing' },
  'client-status': { headers: { 'Approov-Status': 'no_network' }, reason: 'client_status' },
};

/** Every kind of API with every verdict. */
export const invocations: readonly Invocation[] = (
  ['rest', 'http-1.0', 'http-2.0', 'websocket'] as const
).flatMap((kind) => [
  ...Object.entries(requests).map(([verdict, { headers, reason }]) => ({
    name: `${kind}-${verdict}`,
    event: requestEvent(kind, headers),
    expected: reason === undefined ? ({ answer: 'Allow' } as const) : ({ answer: 'Deny', reason } as const),
  })),
  {
    name: `${kind}-failure`,
    event: { comment: 'no authorizer event at all', for: kind },
    expected: { answer: 'failure' as const, reason: 'event_invalid' },
  },
]);

/** The committed event of a kind of API with other headers for its token. */
export function requestEvent(kind: EventKind, headers: Readonly<Record<string, string>>): object {
  const event = JSON.parse(readFileSync(new URL(`${kind}-allow.json`, folder), 'utf8'));
  const given = Object.entries(headers).map(
    ([name, value]) => [kind.startsWith('http') ? name.toLowerCase() : name, value] as const,
  );
  const others = Object.entries<string>(event.headers).filter(([name]) => !/^approov-token$/i.test(name));
  const sent = [...others, ...given];
  const token = headers['Approov-Token'] ?? '';
  return {
    ...event,
    headers: Object.fromEntries(sent),
    ...('multiValueHeaders' in event && {
      multiValueHeaders: Object.fromEntries(sent.map(([name, value]) => [name, [value]])),
    }),
    ...(kind === 'http-1.0' && { identitySource: token, authorizationToken: token }),
    ...(kind === 'http-2.0' && { identitySource: [token] }),
  };
}

/** Writes the events that are not committed to where the others are. */
export function writeEvents(): void {
  for (const { name, event, expected } of invocations) {
    if (expected.answer !== 'Allow')
      writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(event, undefined, 2)}\n`);
  }
}
