/**
 * Signs a request as Approov's client SDK does, with node:crypto and plain text, so that it and `src/messageSigning`
 * test each other.
 */
import { createHash, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type HttpRequest, headerValue } from './httpRequest.ts';
import { signatureBase } from './signatureBase.ts';

/** How a request is signed. With two keys, one dictionary has both members, as from SDK 3.7 on. */
export interface SigningOptions {
  /** P-256 private key of the installation, whose public half is the token's `ipk`. */
  installKey?: KeyObject | undefined;
  /** The account message signing key, decoded. */
  accountKey?: Uint8Array | undefined;
  /** Seconds since the epoch. */
  created: number;
  /** Seconds from `created` to `expires`; 15 by default. */
  lifetime?: number;
  /** The components, instead of the SDK's default list. */
  components?: readonly string[];
  /** Name of the header that carries the token. */
  tokenHeader?: string;
  /** `string` writes `label="<base64>"`, as okhttp 3.5.2 to 3.5.7 do, instead of a byte sequence. */
  form?: 'bytes' | 'string';
  /** Digest for a request with a body; `false` leaves the body uncovered. */
  digest?: 'sha-256' | 'sha-512' | false;
}

/** The headers to add to the request. */
export interface SignatureHeaders extends Record<string, string> {
  'Signature-Input': string;
  Signature: string;
}

/** Optional header fields in the SDK's order, each covered when the request has it. */
const optionalFields = [
  'approov-traceid',
  'approov-status',
  'authorization',
  'content-length',
  'content-type',
];

/**
 * Makes the `Signature-Input`, `Signature` and, for a body, `Content-Digest` headers.
 *
 * @throws TypeError without a key, or for a component that the request does not have.
 * @see https://www.rfc-editor.org/rfc/rfc9421#section-3.1 RFC 9421 section 3.1
 */
export function signRequest(request: HttpRequest, options: SigningOptions): SignatureHeaders {
  const { installKey, accountKey, created, lifetime = 15, tokenHeader = 'Approov-Token' } = options;
  const { form = 'bytes', digest = 'sha-256' } = options;
  const contentDigest: Record<string, string> =
    request.body === undefined || digest === false
      ? {}
      : { 'Content-Digest': `${digest}=:${hash(digest, request.body)}:` };
  const signed: HttpRequest = { ...request, headers: { ...request.headers, ...contentDigest } };
  const components = options.components ?? defaultComponents(signed, tokenHeader.toLowerCase());
  const members = [
    installKey && {
      label: 'install',
      algorithm: 'ecdsa-p256-sha256',
      // Raw r||s as JOSE has it, not DER.
      bytes: (base: string) =>
        sign('sha256', Buffer.from(base), { key: installKey, dsaEncoding: 'ieee-p1363' }),
    },
    accountKey && {
      label: 'account',
      algorithm: 'hmac-sha256',
      bytes: (base: string) => createHmac('sha256', accountKey).update(base).digest(),
    },
  ].filter((member) => member !== undefined);
  if (members.length === 0) {
    throw new TypeError('signing needs an install key or an account key');
  }
  const quote = form === 'string' ? '"' : ':';
  const made = members.map(({ label, algorithm, bytes }) => {
    const parameters = `;alg="${algorithm}";created=${created};expires=${created + lifetime}`;
    const { base, input } = signatureBase(signed, components, parameters);
    const text = bytes(base).toString('base64');
    return { input: `${label}=${input}`, signature: `${label}=${quote}${text}${quote}` };
  });
  return {
    ...contentDigest,
    'Signature-Input': made.map(({ input }) => input).join(', '),
    Signature: made.map(({ signature }) => signature).join(', '),
  };
}

/** A new installation key, and the token's `ipk` claim for it. */
export function newInstallKey(): { installKey: KeyObject; ipk: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    installKey: privateKey,
    ipk: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}

function defaultComponents({ headers }: HttpRequest, tokenField: string): string[] {
  const present = [...optionalFields, 'content-digest'].filter(
    (field) => headerValue(headers, field) !== undefined,
  );
  return ['@method', '@target-uri', tokenField, ...present];
}

function hash(digest: 'sha-256' | 'sha-512', body: string): string {
  return createHash(digest.replace('-', '')).update(body).digest('base64');
}
