import type { webcrypto } from 'node:crypto';
import type { Config } from '../config/settings.ts';
import { Failure, Refusal } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';
import type { ApproovClaims } from '../token/claims.ts';
import { fieldValue } from './fieldMember.ts';
import { type AccountKeySet, importInstallKey } from './keys.ts';
import {
  type Component,
  hasMessageSignature,
  locateRawMessageSignature,
  type RawMessageSignature,
} from './locate.ts';
import { type SignatureBaseSettings, signatureBases } from './signatureBases.ts';

/**
 * Offers the account keys: the current ones, then the previous ones in their grace, then those fetched afresh, until
 * `verifies` is true.
 *
 * @returns something truthy when one of them verified
 * @throws Failure `account_key_unavailable`, `account_key_invalid`
 */
export type AccountKeys = (verifies: (keys: AccountKeySet) => Promise<boolean>) => Promise<unknown>;

/** The settings of the check. */
export type MessageSigningSettings = Pick<
  Config,
  | 'messageSigning'
  | 'messageSigningWithoutKey'
  | 'signatureComponents'
  | 'signatureMaxAgeSeconds'
  | 'clockToleranceSeconds'
  | 'tokenHeader'
  | 'binding'
> &
  SignatureBaseSettings;

const algorithms = {
  install: { name: 'ecdsa-p256-sha256', webCrypto: { name: 'ECDSA', hash: 'SHA-256' } },
  account: { name: 'hmac-sha256', webCrypto: { name: 'HMAC' } },
};

/**
 * Verifies that the app installation, or an app of the account, has signed this request as it arrived, a short time
 * ago. The algorithm is the settings' choice; the request can only agree. In mode `any` a request without the
 * installation's signature must have the account's, so that leaving one out gains nothing.
 *
 * @param claims of the verified token: they name or hold the key
 * @param settings with message signing on
 * @param now seconds since 1970 UTC, with their fraction
 * @param accountKeys where the account keys are; not in mode `install`
 * @returns which signature verified, or `absent`: the token names no key, and the settings allow that; and the Content-Digest
 *   header, when the signature covers it
 * @throws Refusal, in this order: `message_signature_missing`: no signature with the label;
 *   `message_signature_malformed`: what there is cannot be read as one; `message_signature_key_missing`: the token
 *   holds no usable `ipk`, or has no `mskid`; `message_signature_coverage`: it leaves out what it must cover, or
 *   covers what is not known or not in the request; `message_signature_stale`: too old, expired, from the future, or
 *   of unknown age; `message_signature_mismatch`: another algorithm, or it does not verify; in its place
 *   `message_signature_key_missing` when the account keys have none for the `mskid`. Failure: the account keys cannot
 *   be had, or the host that the client called is not known
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-3.2} Verifying a Signature
 */
export async function verifyMessageSignature(
  request: ApiRequest,
  claims: ApproovClaims,
  settings: MessageSigningSettings,
  now: number,
  accountKeys?: AccountKeys,
): Promise<{ messageSignature: 'install' | 'account' | 'absent'; contentDigest?: string | undefined }> {
  const mode = settings.messageSigning as Exclude<typeof settings.messageSigning, 'off'>;
  const namesKey =
    (mode !== 'account' && claims.ipk !== undefined) || (mode !== 'install' && claims.mskid !== undefined);
  if (!namesKey && settings.messageSigningWithoutKey === 'allow') return { messageSignature: 'absent' };

  const isAnyByInstall =
    mode === 'any' && claims.ipk !== undefined && hasMessageSignature(request.headers, 'install');
  const label = mode === 'account' || (mode === 'any' && !isAnyByInstall) ? 'account' : 'install';
  const signature = locateRawMessageSignature(request.headers, label);
  const keyClaim = label === 'install' ? claims.ipk : claims.mskid;
  if (keyClaim === undefined) throw new Refusal('message_signature_key_missing');
  const installKey = label === 'install' ? await importInstallKey(keyClaim) : undefined;
  if (label === 'install' && !installKey) throw new Refusal('message_signature_key_missing');

  const known = await withBodyLength(request, signature.components);
  checkCoverage(signature.components, known, settings);
  const bases = signatureBases(signature, known, settings);
  checkFreshness(signature, settings, now);

  const { name, webCrypto } = algorithms[label];
  const agrees = signature.algorithm === undefined || signature.algorithm === name;
  if (!agrees) throw new Refusal('message_signature_mismatch');
  const isVerified = installKey ? await verifies(installKey) : await verifiesForAccount(keyClaim);
  if (!isVerified) throw new Refusal('message_signature_mismatch');

  const isCovered = signature.components.some((component) => component.name === 'content-digest');
  const contentDigest = isCovered ? fieldValue(request.headers, 'content-digest') : undefined;
  return { messageSignature: label, ...(contentDigest !== undefined && { contentDigest }) };

  async function verifies(key: webcrypto.CryptoKey): Promise<boolean> {
    return bases.some((base) => crypto.subtle.verify(webCrypto, key, signature.bytes, base));
  }

  async function verifiesForAccount(mskid: string): Promise<boolean> {
    if (!accountKeys) throw new Failure('internal_error', 'account message signing has no source of keys');
    let isKnown = false;
    const isVerified = await accountKeys(async (keys) => {
      const key = keys.get(mskid);
      isKnown ||= key !== undefined;
      return key !== undefined && verifies(key);
    });
    if (!isKnown) throw new Refusal('message_signature_key_missing');
    return Boolean(isVerified);
  }
}

/**
 * A backend behind a REST API gets no Content-Length, so the length of the body takes its place. A field that is there counts as
 * sent.
 */
async function withBodyLength(request: ApiRequest, components: readonly Component[]): Promise<ApiRequest> {
  const name = 'content-length';
  const isMissing =
    components.some((one) => one.name === name) && headerValues(request.headers, name).length === 0;
  const length = isMissing ? await request.bodyLength?.() : undefined;
  if (length === undefined) return request;
  const { headers, multiValueHeaders } = request.headers;
  return { ...request, headers: { headers: { ...headers, [name]: `${length}` }, multiValueHeaders } };
}

/** Components that contain others: a signature of one covers each of its parts. */
const parts: Readonly<Record<string, readonly string[]>> = {
  '@target-uri': ['@scheme', '@authority', '@path', '@query'],
  '@request-target': ['@path', '@query'],
};

/**
 * Checks that a signature covers every required component, and the Authorization header when the request has one and
 * token binding is on.
 *
 * @throws Refusal `message_signature_coverage`
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-7.2.1} Insufficient Coverage
 */
function checkCoverage(
  components: readonly Component[],
  request: ApiRequest,
  settings: MessageSigningSettings,
): void {
  // With parameters, a component is only a part of the field, or another form of it.
  const covered = new Set(
    components.filter(({ parameters }) => parameters.size === 0).map(({ name }) => name),
  );
  const required = settings.signatureComponents.map((name) =>
    name === 'approov-token' ? settings.tokenHeader.toLowerCase() : name,
  );
  if (settings.binding !== 'off' && headerValues(request.headers, 'authorization').length > 0) {
    required.push('authorization');
  }
  if (!required.every(isCovered)) throw new Refusal('message_signature_coverage');

  function isCovered(name: string): boolean {
    if (covered.has(name)) return true;
    if (Object.keys(parts).some((whole) => covered.has(whole) && parts[whole]?.includes(name))) return true;
    if (name !== '@target-uri') return false;
    const { query } = request.target();
    const hasQuery = 'raw' in query ? query.raw !== '' : query.decoded.length > 0;
    return isCovered('@authority') && isCovered('@path') && (isCovered('@query') || !hasQuery);
  }
}

/**
 * Checks the age of a signature and its expiry. RFC 9421 makes `created` optional, but without it the age is unknown.
 * An age equal to the maximum is accepted.
 *
 * @throws Refusal `message_signature_stale`, also when `expires` is equal to now
 * @see {@link https://www.rfc-editor.org/rfc/rfc9421#section-7.2.2} Signature Replay
 */
function checkFreshness(
  { created, expires }: Pick<RawMessageSignature, 'created' | 'expires'>,
  { signatureMaxAgeSeconds: maxAge, clockToleranceSeconds: tolerance }: MessageSigningSettings,
  now: number,
): void {
  const isInAge = created !== undefined && created - tolerance <= now && created + maxAge + tolerance >= now;
  const hasExpired = expires !== undefined && expires + tolerance <= now;
  if (!isInAge || hasExpired) throw new Refusal('message_signature_stale');
}
