import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mintToken, type TokenParts, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { type Headers, sent } from './eventOf.ts';

/** A request and its expected decision. */
export interface DecisionCase {
  readonly name: string;
  readonly headers: Headers;
  readonly variables?: Record<string, string>;
  /** The refusal's reason, or `allow`. */
  readonly expected: string;
}

type Variables = Record<string, string>;
type Row = [name: string, headers: Headers, variables?: Variables];
type ClaimsRow = [name: string, claims: object | string, variables?: Variables];

/**
 * The decision table without message signing, with cases on both sides of each rule. Each reason has its rows.
 *
 * @param now seconds since 1970 UTC.
 * @param secret the secret's bytes.
 * @returns `cases` for a clock that runs from now on, and `timeCases` for one that stands still at now.
 */
export function decisionCases(
  now: number,
  secret: Buffer,
): { cases: DecisionCase[]; timeCases: DecisionCase[] } {
  const exp = now + 300;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const spki = { type: 'spki', format: 'pem' } as const;
  const publicKey = createPublicKey(rsa.publicKey.export(spki)).export({ type: 'spki', format: 'der' });
  const b64url = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = (claims: object | string | Uint8Array, rest: Partial<TokenParts> = {}) =>
    mintToken({ claims, key: secret, ...rest });
  const other = (claims: object) => signed(claims, { key: Buffer.alloc(64, 'another secret') });
  /** A token that lasts, with another header, key or algorithm. */
  const lasting = (rest: Partial<TokenParts> = {}) => sent(signed({ exp }, rest));
  const good = signed({ exp, did: 'd' });
  const [h, p, s] = good.split('.') as [string, string, string];

  const bound = { APPROOV_BINDING_HEADERS: 'Authorization' };
  const boundTwice = { APPROOV_BINDING_HEADERS: 'Authorization,X-Device-Id' };
  const ifPresent = { ...bound, APPROOV_BINDING: 'if-present' };
  const boundTo = (...values: string[]) => signed({ exp, pay: tokenBinding(...values) });
  const base64urlPay = Buffer.from(tokenBinding('Bearer abc'), 'base64').toString('base64url');
  const login = { Authorization: 'Bearer abc' };
  const device = { 'X-Device-Id': 'device', ...login };

  const issuer = { APPROOV_ISSUER: 'a.approov.io' };
  const audience = { APPROOV_AUDIENCE: 'api.example.com' };
  const audiences = { APPROOV_AUDIENCE: 'a.example.com, b.example.com' };
  const tolerance = { APPROOV_CLOCK_TOLERANCE_SECONDS: '10' };
  const prefix = { APPROOV_TOKEN_PREFIX: 'Bearer' };
  const xToken = { APPROOV_TOKEN_HEADER: 'x-token' };
  const withKeyset = {
    APPROOV_ALGORITHMS: 'RS256,HS256',
    APPROOV_KEYSET_JWKS: JSON.stringify({
      keys: [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: '7' }],
    }),
  };
  const rs256 = (kid: string) => lasting({ algorithm: 'RS256', key: rsa.privateKey, header: { kid } });

  const rows: Record<string, Row[]> = {
    allow: [
      ['a valid token', sent(good)],
      ['a valid token with a key id', lasting({ header: { kid: 'k' } })],
      ['a valid token in a header of other casing', [['aPPROOV-tOKEN', good]]],
      ['a token and a status', sent(good, { 'Approov-Status': 'success' })],
      ['a token of the keyset', rs256('7'), withKeyset],
      ['a token of the secret when there is a keyset', lasting({ header: { kid: '7' } }), withKeyset],
      ['a signed token of nearly the longest length', sent(signed({ exp, did: 'd'.repeat(6000) }))],
      ['a bound token', sent(boundTo('Bearer abc'), { authorization: 'Bearer abc' }), bound],
      ['a bound token, header with white space around', sent(boundTo('a'), { Authorization: ' a ' }), bound],
      ['two bound headers', sent(boundTo('Bearer abc', 'device'), device), boundTwice],
      ['if-present without pay', sent(good), ifPresent],
      ['off with a stale pay', sent(boundTo('old')), { ...bound, APPROOV_BINDING: 'off' }],
      ['another header for the token', [['X-Token', good]], xToken],
      ['the prefix', sent(`Bearer ${good}`), prefix],
      ['the prefix in another casing and two spaces', sent(`bEARER  ${good}`), prefix],
    ],
    token_missing: [
      ['no headers', []],
      ['an empty token', sent('')],
      ['a blank token', sent('  ')],
      ['an empty token and an empty status', sent('', { 'Approov-Status': ' ' })],
      ['the default header when another is configured', sent(good), xToken],
    ],
    client_status: [
      ['an empty token and a status', sent('', { 'Approov-Status': 'no_network' })],
      ['only a status', [['approov-status', 'rejected']]],
      ...'MITM_DETECTED no_network poor_network mitm_detected untrusted_network rejected a_'
        .split(' ')
        .map((word): Row => [`the status word ${word} for a token`, sent(word)]),
      ['a status word after the prefix', sent('Bearer NO_NETWORK'), prefix],
      ['a status word without the prefix', sent('NO_NETWORK'), prefix],
    ],
    token_ambiguous: [
      ['two tokens', [...sent(good), ...lasting()]],
      ['the same token twice', [...sent(good), ...sent(good)]],
      ['the token in two casings', sent(good, { 'approov-token': good })],
      ['a token with a comma', sent(`${good},`)],
      ['a status word twice', [...sent('NO_NETWORK'), ...sent('NO_NETWORK')]],
    ],
    token_malformed: [
      ...'network Rejected rejected. no-network No_network no_network.a.b adasdasdsadasd'
        .split(' ')
        .map((word): Row => [`${word}, which is not a status word, for a token`, sent(word)]),
      ['a prefix that is not configured', sent(`Bearer ${good}`)],
      ['white space before the token', sent(` ${good}`)],
      ['two parts', sent(`${h}.${p}`)],
      ['four parts', sent(`${good}.`)],
      ['five parts of a JWE', sent(`${b64url({ alg: 'dir', enc: 'A256GCM' })}..a.b.c`)],
      ['a JWE header in three parts', lasting({ header: { enc: 'A256GCM' } })],
      ['a header with `enc` and no `alg`', lasting({ header: '{"typ":"JWT","enc":"A256GCM"}' })],
      ['crit', lasting({ header: { crit: ['exp'] } })],
      ['b64', lasting({ header: { b64: true } })],
      ['b64 false and crit', lasting({ header: { b64: false, crit: ['b64'] } })],
      ['padding', sent(`${good}=`)],
      ['base64 for base64url', sent(`${h}.${p}.${s.slice(0, -1)}+`)],
      ['unused bits of the signature set', sent(`${h}.${p}.${nonCanonical(s)}`)],
      ['a length that no bytes encode to', sent(`${h}A.${p}.${s}`)],
      ['a header that is not JSON', lasting({ header: '{"alg":"HS256"' })],
      ['a header that is a list', lasting({ header: '["HS256"]' })],
      ['an empty header', sent(`.${p}.${s}`)],
      ['a payload that is a list', sent(signed('[]'))],
      ['a payload that is null', sent(signed('null'))],
      ['a payload that is text', sent(signed('exp'))],
      ['a payload with a byte order mark', sent(signed(`\ufeff{"exp":${exp}}`))],
      ['a payload that is not UTF-8', sent(signed(Buffer.from(`{"exp":${exp},"did":"\xff"}`, 'latin1')))],
      ['a signed token that is too long', sent(signed({ exp, did: 'd'.repeat(6100) }))],
      ['no prefix although configured', sent(good), prefix],
      ['another prefix', sent(`Basic ${good}`), prefix],
      ['only the prefix', sent('BEARER'), prefix],
    ],
    key_unknown: [['a token of an unknown key of the keyset', rs256('8'), withKeyset]],
    algorithm_not_allowed: [
      ['alg none', lasting({ algorithm: 'none' })],
      ['alg nOnE with a signature', sent(`${b64url({ alg: 'nOnE' })}.${p}.${s}`)],
      ['no alg', lasting({ header: '{"typ":"JWT"}' })],
      ['alg in lower case', lasting({ header: { alg: 'hs256' } })],
      ['alg in a list', lasting({ header: { alg: ['HS256'] } })],
      ['HS384 with the right secret', lasting({ algorithm: 'HS384' })],
      ['HS512 with the right secret', lasting({ algorithm: 'HS512' })],
      ['RS256', lasting({ algorithm: 'RS256', key: rsa.privateKey })],
    ],
    signature_mismatch: [
      ['HS256 keyed with a public key', lasting({ key: publicKey })],
      ['another secret', sent(other({ exp }))],
      ['no signature', sent(`${h}.${p}.`)],
      ['a truncated signature', sent(`${h}.${p}.${s.slice(0, 40)}`)],
      ['the payload of another token', sent(`${h}.${b64url({ exp: exp + 1 })}.${s}`)],
      ['the header of another token', sent(`${b64url({ alg: 'HS256', kid: 'x' })}.${p}.${s}`)],
      ['a bad signature before bad claims', sent(other({}))],
    ],
    binding_claim_missing: [['no pay', sent(good, login), bound]],
    binding_header_missing: [
      ['no bound header', sent(boundTo('Bearer abc')), bound],
      ['an empty bound header', sent(boundTo(''), { Authorization: ' ' }), bound],
      ['one of two bound headers', sent(boundTo('Bearer abc'), login), boundTwice],
      ['if-present with pay and no header', sent(boundTo('old')), ifPresent],
    ],
    binding_mismatch: [
      ['a token bound to the value without its scheme', sent(boundTo('abc'), login), bound],
      ['a token bound to another value', sent(boundTo('Bearer abd'), login), bound],
      ['pay of another length', sent(signed({ exp, pay: 'MismatchingBinding' }), login), bound],
      ['an empty pay', sent(signed({ exp, pay: '' }), login), bound],
      ['pay in base64url', sent(signed({ exp, pay: base64urlPay }), login), bound],
      ['the bound header twice', sent(boundTo('a'), { Authorization: 'a', authorization: 'a' }), bound],
      ['two bound headers in the other order', sent(boundTo('device', 'Bearer abc'), device), boundTwice],
      ['if-present with a stale pay', sent(boundTo('old'), login), ifPresent],
    ],
    token_expired: [['expiry before binding', sent(signed({ exp: now, pay: 'x' })), bound]],
  };

  const claimsRows: Record<string, ClaimsRow[]> = {
    allow: [
      ['a fractional exp', { exp: 4_708_683_205.891912 }],
      ['the last exp there is', { exp: 253_402_300_799 }],
      ...['nbf', 'iat'].map((name): ClaimsRow => [`${name} as number`, { exp, [name]: now - 1.5 }]),
      ...texts.map((name): ClaimsRow => [`${name} as text`, { exp, [name]: 'x' }]),
      ['embed as object', { exp, embed: { 'hcap:k': {} } }],
      ['the issuer', { exp, iss: 'a.approov.io' }, issuer],
      ['the audience', { exp, aud: 'api.example.com' }, audience],
      ['the audience among others', { exp, aud: ['x', 'api.example.com'] }, audience],
      ['one of several audiences', { exp, aud: 'b.example.com' }, audiences],
      ['one of several audiences among others', { exp, aud: ['x', 'b.example.com'] }, audiences],
    ],
    claims_invalid: [
      ['no exp', { did: 'd' }],
      ['exp as text', { exp: String(exp) }],
      ['an empty exp', { exp: '' }],
      ['exp null', { exp: null }],
      ['exp true', { exp: true }],
      ['an infinite exp', '{"exp":1e400}'],
      ['exp in milliseconds', { exp: exp * 1000 }],
      ['a negative exp', { exp: -1 }],
      ...['nbf', 'iat'].flatMap((name): ClaimsRow[] => [
        [`${name} as text`, { exp, [name]: '1' }],
        [`${name} null`, { exp, [name]: null }],
        [`${name} infinite`, `{"exp":${exp},"${name}":1e400}`],
      ]),
      ...texts.flatMap((name): ClaimsRow[] => [
        [`${name} as number`, { exp, [name]: 1 }],
        [`${name} null`, { exp, [name]: null }],
      ]),
      ['aud as number', { exp, aud: 1 }],
      ['aud with a number', { exp, aud: ['a', 1] }],
      ['anno as text', { exp, anno: 'x' }],
      ['anno with a number', { exp, anno: [1] }],
      ['embed as list', { exp, embed: [] }],
      ['embed null', { exp, embed: null }],
    ],
    issuer_mismatch: [
      ['another issuer', { exp, iss: 'b.approov.io' }, issuer],
      ['no issuer', { exp }, issuer],
    ],
    audience_mismatch: [
      ['an audience that only contains it', { exp, aud: 'api.example.com.evil' }, audience],
      ['none of several audiences', { exp, aud: ['c.example.com'] }, audiences],
      ['the audiences as the list is written', { exp, aud: audiences.APPROOV_AUDIENCE }, audiences],
      ['no audience', { exp }, audience],
      ['an empty list of audiences', { exp, aud: [] }, audience],
    ],
  };

  const timeRows: Record<string, ClaimsRow[]> = {
    allow: [
      ['exp in a moment', { exp: now + 0.001 }],
      ['exp within the tolerance', { exp: now - 9 }, tolerance],
      ['nbf now', { exp, nbf: now }],
      ['nbf within the tolerance', { exp, nbf: now + 10 }, tolerance],
    ],
    token_expired: [
      ['exp now', { exp: now }],
      ['exp a moment ago', { exp: now - 0.001 }],
      ['exp zero', { exp: 0 }],
      ['exp at the tolerance', { exp: now - 10 }, tolerance],
    ],
    token_not_yet_valid: [
      ['nbf in a moment', { exp, nbf: now + 0.001 }],
      ['nbf past the tolerance', { exp, nbf: now + 10.5 }, tolerance],
    ],
  };

  const casesOf = (some: Record<string, Row[]>): DecisionCase[] =>
    Object.entries(some).flatMap(([expected, of]) =>
      of.map(([name, headers, variables = {}]) => ({ name, headers, variables, expected })),
    );
  const withClaims = (some: Record<string, ClaimsRow[]>): DecisionCase[] =>
    Object.entries(some).flatMap(([expected, of]) =>
      of.map(([name, claims, variables = {}]) => ({
        name,
        headers: sent(signed(claims)),
        variables,
        expected,
      })),
    );
  return { cases: [...casesOf(rows), ...withClaims(claimsRows)], timeCases: withClaims(timeRows) };
}

/** Claims that are text. */
const texts = ['iss', 'sub', 'did', 'ip', 'pay', 'ipk', 'mskid', 'arc'];

/** The same bytes with a bit set that base64 does not use. */
function nonCanonical(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(part.at(-1) as string);
  return part.slice(0, -1) + alphabet[last ^ 1];
}
