import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { MessageSignature } from '../../../../src/decision.ts';
import { Refusal, type RefusalReason } from '../../../../src/errors.ts';
import type { ApiRequest } from '../../../../src/event/apiRequest.ts';
import { readAuthorizerEvent } from '../../../../src/event/readEvent.ts';
import { importAccountKeys } from '../../../../src/messageSigning/keys.ts';
import {
  type AccountKeys,
  type MessageSigningSettings,
  verifyMessageSignature,
} from '../../../../src/messageSigning/verify.ts';
import type { ApproovClaims } from '../../../../src/token/claims.ts';
import { arnOf, type Headers } from '../../../cases/eventOf.ts';

/** The frozen now of these tests, seconds since 1970 UTC. */
export const now = 1_795_478_164.5;
/** A `created` that is fresh. */
export const created = 1_795_478_160;

/** An installation's key pair, made anew for each run. */
export const installPair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
/** The `ipk` claim of {@link installPair}. */
export const ipk = spkiOf(installPair.publicKey);
/** The account's key of these tests. */
export const accountSecret = Buffer.alloc(64, 'an account key of the tests, not used anywhere else ');
/** The account key as a secret holds it. */
export const accountSecretText = accountSecret.toString('base64');

/** Names of the reasons. */
export const mismatch = 'message_signature_mismatch';
export const coverage = 'message_signature_coverage';
export const stale = 'message_signature_stale';
export const malformed = 'message_signature_malformed';
export const missing = 'message_signature_missing';
export const keyMissing = 'message_signature_key_missing';

/** The token's header value; message signing does not look into it. */
export const token = 'aaa.bbb.ccc';

/** Base64 of a public key's SPKI DER. */
export function spkiOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'der' }).toString('base64');
}

/** Settings as the environment's defaults give them. */
export const settings: MessageSigningSettings = {
  messageSigning: 'install',
  messageSigningWithoutKey: 'refuse',
  signatureComponents: ['@method', '@target-uri', 'approov-token'],
  signatureMaxAgeSeconds: 60,
  clockToleranceSeconds: 0,
  tokenHeader: 'Approov-Token',
  binding: 'off',
  publicOrigin: undefined,
  publicBasePath: undefined,
};

/** Claims of a token that holds both kinds of key. */
export const claims: ApproovClaims = { exp: now + 300, ipk, mskid: 'key-1' };

/** Account keys as one version of a secret gives them. */
export const keysOf =
  (text = accountSecretText): AccountKeys =>
  async (verifies) =>
    verifies(await importAccountKeys(text));

/** A line of a signature base: identifier as in `Signature-Input`, and the value that the client signs. */
export type Line = readonly [identifier: string, value: string];

/** Lines of a signature base by component: `@query-param;name="a"` stands for `"@query-param";name="a"`. */
export const linesOf = (covered: Readonly<Record<string, string>>): Line[] =>
  Object.entries(covered).map(([component, value]) => [component.replace(/^[^;]+/, '"$&"'), value]);

/** Whose signature, and how it is written. */
export interface Writing {
  readonly label?: 'install' | 'account';
  readonly params?: string;
  readonly form?: 'bytes' | 'string';
  readonly key?: KeyObject | Buffer;
}

/** Signs a base given line by line, so that nothing of the verifier is repeated here. */
export function signatureHeaders(lines: readonly Line[], writing: Writing = {}): Header[] {
  const { label = 'install', form = 'bytes', params = `;created=${created}` } = writing;
  const { key = label === 'install' ? installPair.privateKey : accountSecret } = writing;
  const input = `(${lines.map(([identifier]) => identifier).join(' ')})${params}`;
  const base = [
    ...lines.map(([identifier, value]) => `${identifier}: ${value}`),
    `"@signature-params": ${input}`,
  ].join('\n');
  const bytes = Buffer.isBuffer(key)
    ? createHmac('sha256', key).update(base).digest()
    : sign('sha256', Buffer.from(base), { key, dsaEncoding: 'ieee-p1363' });
  const quote = form === 'bytes' ? ':' : '"';
  return [
    ['Signature-Input', `${label}=${input}`],
    ['Signature', `${label}=${quote}${bytes.toString('base64')}${quote}`],
  ];
}

/** One header line. */
export type Header = Headers[number];

/** The kinds of API that call a REQUEST authorizer with a path. */
export const apis = ['rest', 'http1', 'http2'] as const;

/** One of {@link apis}. */
export type Api = (typeof apis)[number];

/** A request as the client sends it to `api.example.com`, and what the API makes of it. */
export interface Sent {
  readonly api?: Api;
  readonly method?: string;
  /** as the event has it: with the stage, encoded or decoded as the API does */
  readonly path?: string;
  /** HTTP API 2.0, without `?` */
  readonly rawQuery?: string;
  /** the other APIs: decoded values by name, in event order */
  readonly query?: Readonly<Record<string, readonly string[]>>;
  readonly headers: Headers;
  /** HTTP API 2.0: `cookies` of the event */
  readonly cookies?: unknown;
  readonly domainName?: string | null;
  readonly stage?: string;
}

/** The authorizer's view of a request. */
export function requestOf({
  api = 'rest',
  method = 'GET',
  path = '/shapes',
  rawQuery = '',
  query = {},
  headers,
  cookies,
  domainName = 'api.example.com',
  stage = '$default',
}: Sent): ApiRequest {
  const arn = arnOf('/GET/shapes');
  const context = { stage, apiId: 'abc123', requestId: 'r', ...(domainName !== null && { domainName }) };
  const valuesOf = (name: string) => headers.filter(([other]) => other === name).map(([, value]) => value);
  if (api === 'http2') {
    return readAuthorizerEvent({
      version: '2.0',
      type: 'REQUEST',
      routeArn: arn,
      routeKey: '$default',
      rawPath: path,
      rawQueryString: rawQuery,
      ...(cookies !== undefined && { cookies }),
      headers: Object.fromEntries(headers.map(([name]) => [name.toLowerCase(), valuesOf(name).join(',')])),
      requestContext: { ...context, http: { method, path } },
    });
  }
  return readAuthorizerEvent({
    ...(api === 'http1' && { version: '1.0' }),
    type: 'REQUEST',
    methodArn: arn,
    resource: '/shapes',
    path: path.startsWith(`/${stage}`) && api === 'rest' ? path.slice(stage.length + 1) || '/' : path,
    httpMethod: method,
    headers: Object.fromEntries(headers),
    multiValueHeaders: Object.fromEntries(headers.map(([name]) => [name, valuesOf(name)])),
    multiValueQueryStringParameters: query,
    requestContext: { ...context, path, httpMethod: method },
  });
}

/** What the SDK covers at least, for a GET of `/shapes`. */
export const minimum: readonly Line[] = [
  ['"@method"', 'GET'],
  ['"@target-uri"', 'https://api.example.com/shapes'],
  ['"approov-token"', token],
];

/** A GET of `/shapes` with these lines signed, and further headers. */
export function signedGet(
  lines: readonly Line[] = minimum,
  writing: Writing = {},
  more: readonly Header[] = [],
) {
  return { headers: [['Approov-Token', token], ...more, ...signatureHeaders(lines, writing)] } satisfies Sent;
}

/** What decides besides the request. */
export interface Given {
  readonly settings?: Partial<MessageSigningSettings>;
  readonly claims?: Partial<Record<keyof ApproovClaims, unknown>>;
  readonly now?: number;
  readonly accountKeys?: AccountKeys;
}

/** Verifies under the tests' defaults. */
export function verify(sent: Sent | ApiRequest, given: Given = {}) {
  return verifyMessageSignature(
    'target' in sent ? sent : requestOf(sent),
    { ...claims, ...given.claims } as ApproovClaims,
    { ...settings, ...given.settings },
    given.now ?? now,
    given.accountKeys ?? keysOf(),
  );
}

/** `install` or `account` when it verifies, the reason of its refusal otherwise. Other errors are thrown. */
export async function outcome(
  sent: Sent | ApiRequest,
  given: Given = {},
): Promise<MessageSignature | RefusalReason> {
  try {
    return (await verify(sent, given)).messageSignature;
  } catch (error) {
    if (error instanceof Refusal) return error.reason;
    throw error;
  }
}
