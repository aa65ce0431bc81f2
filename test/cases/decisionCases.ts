import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';

type Headers = [name: string, value: string][];

/** A request and its expected decision. */
export interface DecisionCase {
  readonly name: string;
  readonly headers: Headers;
  readonly variables?: Record<string, string>;
  /** The refusal's reason, or `allow`. */
  readonly expected: string;
}

/**
 * The decision table without message signing, with cases on both sides of each rule.
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
  const other = Buffer.alloc(64, 'another secret');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const b64url = (value: unknown) =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  const signed = (
    claims: object | string | Uint8Array,
    rest: Partial<Parameters<typeof mintToken>[0]> = {},
  ) => mintToken({ claims, key: secret, ...rest });
  const token = (value: string): Headers => [['Approov-Token', value]];
  const good = signed({ exp, did: 'd' });
  const [h, p, s] = good.split('.') as [string, string, string];

  /** `name` sent with these claims. */
  const claimsCase = (
    name: string,
    claims: object | string,
    expected: string,
    variables: Record<string, string> = {},
  ): DecisionCase => ({
    name,
    headers: token(signed(claims)),
    variables,
    expected,
  });

  const bound = { APPROOV_BINDING_HEADERS: 'Authorization' };
  const boundTwice = { APPROOV_BINDING_HEADERS: 'Authorization,X-Device-Id' };
  const boundToken = (...values: string[]) => signed({ exp, pay: tokenBinding(...values) });

  const jwk = { ...rsa.publicKey.export({ format: 'jwk' }), kid: '7' };
  const withKeyset = {
    APPROOV_ALGORITHMS: 'RS256,HS256',
    APPROOV_KEYSET_JWKS: JSON.stringify({ keys: [jwk] }),
  };

  const cases: DecisionCase[] = [
    { name: 'a valid token', headers: token(good), expected: 'allow' },
    {
      name: 'a valid token with a key id',
      headers: token(signed({ exp }, { header: { kid: 'k' } })),
      expected: 'allow',
    },
    {
      name: 'a valid token in a header of other casing',
      headers: [['aPPROOV-tOKEN', good]],
      expected: 'allow',
    },
    { name: 'no headers', headers: [], expected: 'token_missing' },
    { name: 'an empty token', headers: token(''), expected: 'token_missing' },
    { name: 'a blank token', headers: token('  '), expected: 'token_missing' },
    {
      name: 'an empty token and an empty status',
      headers: [
        ['Approov-Token', ''],
        ['Approov-Status', ' '],
      ],
      expected: 'token_missing',
    },
    {
      name: 'an empty token and a status',
      headers: [
        ['Approov-Token', ''],
        ['Approov-Status', 'no_network'],
      ],
      expected: 'client_status',
    },
    { name: 'only a status', headers: [['approov-status', 'rejected']], expected: 'client_status' },
    ...[
      'MITM_DETECTED',
      'no_network',
      'poor_network',
      'mitm_detected',
      'untrusted_network',
      'rejected',
      'a_',
    ].map((word) => ({
      name: `the status word ${word} for a token`,
      headers: token(word),
      expected: 'client_status',
    })),
    ...['network', 'Rejected', 'rejected.', 'no-network', 'No_network', 'no_network.a.b'].map((word) => ({
      name: `${word}, which is no status word, for a token`,
      headers: token(word),
      expected: 'token_malformed',
    })),
    {
      name: 'a token and a status',
      headers: [
        ['Approov-Token', good],
        ['Approov-Status', 'success'],
      ],
      expected: 'allow',
    },
    { name: 'two tokens', headers: [...token(good), ...token(signed({ exp }))], expected: 'token_ambiguous' },
    { name: 'the same token twice', headers: [...token(good), ...token(good)], expected: 'token_ambiguous' },
    {
      name: 'the token in two casings',
      headers: [
        ['Approov-Token', good],
        ['approov-token', good],
      ],
      expected: 'token_ambiguous',
    },
    { name: 'a token with a comma', headers: token(`${good},`), expected: 'token_ambiguous' },
    {
      name: 'a status word twice',
      headers: [...token('NO_NETWORK'), ...token('NO_NETWORK')],
      expected: 'token_ambiguous',
    },
    { name: 'junk', headers: token('adasdasdsadasd'), expected: 'token_malformed' },
    {
      name: 'a prefix that is not configured',
      headers: token(`Bearer ${good}`),
      expected: 'token_malformed',
    },
    { name: 'white space before the token', headers: token(` ${good}`), expected: 'token_malformed' },
    { name: 'two parts', headers: token(`${h}.${p}`), expected: 'token_malformed' },
    { name: 'four parts', headers: token(`${good}.`), expected: 'token_malformed' },
    {
      name: 'five parts of a JWE',
      headers: token(`${b64url({ alg: 'dir', enc: 'A256GCM' })}..a.b.c`),
      expected: 'token_malformed',
    },
    {
      name: 'a JWE header in three parts',
      headers: token(signed({ exp }, { header: { enc: 'A256GCM' } })),
      expected: 'token_malformed',
    },
    {
      name: 'crit',
      headers: token(signed({ exp }, { header: { crit: ['exp'] } })),
      expected: 'token_malformed',
    },
    { name: 'b64', headers: token(signed({ exp }, { header: { b64: true } })), expected: 'token_malformed' },
    {
      name: 'b64 false and crit',
      headers: token(signed({ exp }, { header: { b64: false, crit: ['b64'] } })),
      expected: 'token_malformed',
    },
    {
      name: 'a token of the keyset',
      headers: token(signed({ exp }, { algorithm: 'RS256', key: rsa.privateKey, header: { kid: '7' } })),
      variables: withKeyset,
      expected: 'allow',
    },
    {
      name: 'a token of the secret beside a keyset',
      headers: token(signed({ exp }, { header: { kid: '7' } })),
      variables: withKeyset,
      expected: 'allow',
    },
    {
      name: 'a token of an unknown key of the keyset',
      headers: token(signed({ exp }, { algorithm: 'RS256', key: rsa.privateKey, header: { kid: '8' } })),
      variables: withKeyset,
      expected: 'key_unknown',
    },
    { name: 'padding', headers: token(`${good}=`), expected: 'token_malformed' },
    {
      name: 'base64 in place of base64url',
      headers: token(`${h}.${p}.${s.slice(0, -1)}+`),
      expected: 'token_malformed',
    },
    {
      name: 'unused bits of the signature set',
      headers: token(`${h}.${p}.${nonCanonical(s)}`),
      expected: 'token_malformed',
    },
    {
      name: 'a length that no bytes encode to',
      headers: token(`${h}A.${p}.${s}`),
      expected: 'token_malformed',
    },
    {
      name: 'a header that is not JSON',
      headers: token(signed({ exp }, { header: '{"alg":"HS256"' })),
      expected: 'token_malformed',
    },
    {
      name: 'a header that is a list',
      headers: token(signed({ exp }, { header: '["HS256"]' })),
      expected: 'token_malformed',
    },
    { name: 'an empty header', headers: token(`.${p}.${s}`), expected: 'token_malformed' },
    { name: 'a payload that is a list', headers: token(signed('[]')), expected: 'token_malformed' },
    { name: 'a payload that is null', headers: token(signed('null')), expected: 'token_malformed' },
    { name: 'a payload that is text', headers: token(signed('exp')), expected: 'token_malformed' },
    {
      name: 'a payload with a byte order mark',
      headers: token(signed(`\ufeff{"exp":${exp}}`)),
      expected: 'token_malformed',
    },
    {
      name: 'a payload that is not UTF-8',
      headers: token(
        signed(Buffer.concat([Buffer.from(`{"exp":${exp},"did":"`), Buffer.of(0xff), Buffer.from('"}')])),
      ),
      expected: 'token_malformed',
    },
    {
      name: 'a signed token that is too long',
      headers: token(signed({ exp, did: 'd'.repeat(6100) })),
      expected: 'token_malformed',
    },
    {
      name: 'a signed token of nearly the longest length',
      headers: token(signed({ exp, did: 'd'.repeat(6000) })),
      expected: 'allow',
    },
    {
      name: 'alg none',
      headers: token(signed({ exp }, { algorithm: 'none' })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'alg nOnE with a signature',
      headers: token(`${b64url({ alg: 'nOnE' })}.${p}.${s}`),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'no alg',
      headers: token(signed({ exp }, { header: '{"typ":"JWT"}' })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'alg in lower case',
      headers: token(signed({ exp }, { header: { alg: 'hs256' } })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'alg in a list',
      headers: token(signed({ exp }, { header: { alg: ['HS256'] } })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'HS384 with the right secret',
      headers: token(signed({ exp }, { algorithm: 'HS384' })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'HS512 with the right secret',
      headers: token(signed({ exp }, { algorithm: 'HS512' })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'RS256',
      headers: token(signed({ exp }, { algorithm: 'RS256', key: rsa.privateKey })),
      expected: 'algorithm_not_allowed',
    },
    {
      name: 'HS256 keyed with a public key',
      headers: token(
        signed(
          { exp },
          {
            key: createPublicKey(rsa.publicKey.export({ type: 'spki', format: 'pem' })).export({
              type: 'spki',
              format: 'der',
            }),
          },
        ),
      ),
      expected: 'signature_mismatch',
    },
    {
      name: 'another secret',
      headers: token(signed({ exp }, { key: other })),
      expected: 'signature_mismatch',
    },
    { name: 'no signature', headers: token(`${h}.${p}.`), expected: 'signature_mismatch' },
    {
      name: 'a truncated signature',
      headers: token(`${h}.${p}.${s.slice(0, 40)}`),
      expected: 'signature_mismatch',
    },
    {
      name: 'the payload of another token',
      headers: token(`${h}.${b64url({ exp: exp + 1 })}.${s}`),
      expected: 'signature_mismatch',
    },
    {
      name: 'the header of another token',
      headers: token(`${b64url({ alg: 'HS256', kid: 'x' })}.${p}.${s}`),
      expected: 'signature_mismatch',
    },
    {
      name: 'a bad signature before bad claims',
      headers: token(signed({}, { key: other })),
      expected: 'signature_mismatch',
    },
    claimsCase('no exp', { did: 'd' }, 'claims_invalid'),
    claimsCase('exp as text', { exp: String(exp) }, 'claims_invalid'),
    claimsCase('an empty exp', { exp: '' }, 'claims_invalid'),
    claimsCase('exp null', { exp: null }, 'claims_invalid'),
    claimsCase('exp true', { exp: true }, 'claims_invalid'),
    claimsCase('an infinite exp', '{"exp":1e400}', 'claims_invalid'),
    claimsCase('exp in milliseconds', { exp: exp * 1000 }, 'claims_invalid'),
    claimsCase('a negative exp', { exp: -1 }, 'claims_invalid'),
    claimsCase('a fractional exp', { exp: 4_708_683_205.891912 }, 'allow'),
    claimsCase('the last exp there is', { exp: 253_402_300_799 }, 'allow'),
    ...['nbf', 'iat'].flatMap((claim) => [
      claimsCase(`${claim} as text`, { exp, [claim]: '1' }, 'claims_invalid'),
      claimsCase(`${claim} null`, { exp, [claim]: null }, 'claims_invalid'),
      claimsCase(`${claim} infinite`, `{"exp":${exp},"${claim}":1e400}`, 'claims_invalid'),
      claimsCase(`${claim} as number`, { exp, [claim]: now - 1.5 }, 'allow'),
    ]),
    ...['iss', 'sub', 'did', 'ip', 'pay', 'ipk', 'mskid', 'arc'].flatMap((claim) => [
      claimsCase(`${claim} as number`, { exp, [claim]: 1 }, 'claims_invalid'),
      claimsCase(`${claim} null`, { exp, [claim]: null }, 'claims_invalid'),
      claimsCase(`${claim} as text`, { exp, [claim]: 'x' }, 'allow'),
    ]),
    claimsCase('aud as number', { exp, aud: 1 }, 'claims_invalid'),
    claimsCase('aud with a number', { exp, aud: ['a', 1] }, 'claims_invalid'),
    claimsCase('anno as text', { exp, anno: 'x' }, 'claims_invalid'),
    claimsCase('anno with a number', { exp, anno: [1] }, 'claims_invalid'),
    claimsCase('embed as list', { exp, embed: [] }, 'claims_invalid'),
    claimsCase('embed null', { exp, embed: null }, 'claims_invalid'),
    claimsCase('embed as object', { exp, embed: { 'hcap:k': {} } }, 'allow'),
    claimsCase('the issuer', { exp, iss: 'a.approov.io' }, 'allow', { APPROOV_ISSUER: 'a.approov.io' }),
    claimsCase('another issuer', { exp, iss: 'b.approov.io' }, 'issuer_mismatch', {
      APPROOV_ISSUER: 'a.approov.io',
    }),
    claimsCase('no issuer', { exp }, 'issuer_mismatch', { APPROOV_ISSUER: 'a.approov.io' }),
    claimsCase('the audience', { exp, aud: 'api.example.com' }, 'allow', {
      APPROOV_AUDIENCE: 'api.example.com',
    }),
    claimsCase('the audience among others', { exp, aud: ['x', 'api.example.com'] }, 'allow', {
      APPROOV_AUDIENCE: 'api.example.com',
    }),
    claimsCase(
      'an audience that only contains it',
      { exp, aud: 'api.example.com.evil' },
      'audience_mismatch',
      {
        APPROOV_AUDIENCE: 'api.example.com',
      },
    ),
    claimsCase('one of several audiences', { exp, aud: 'b.example.com' }, 'allow', {
      APPROOV_AUDIENCE: 'a.example.com, b.example.com',
    }),
    claimsCase('one of several audiences among others', { exp, aud: ['x', 'b.example.com'] }, 'allow', {
      APPROOV_AUDIENCE: 'a.example.com,b.example.com',
    }),
    claimsCase('none of several audiences', { exp, aud: ['c.example.com'] }, 'audience_mismatch', {
      APPROOV_AUDIENCE: 'a.example.com,b.example.com',
    }),
    claimsCase(
      'the audiences as the list is written',
      { exp, aud: 'a.example.com,b.example.com' },
      'audience_mismatch',
      { APPROOV_AUDIENCE: 'a.example.com,b.example.com' },
    ),
    claimsCase('no audience', { exp }, 'audience_mismatch', { APPROOV_AUDIENCE: 'api.example.com' }),
    claimsCase('an empty list of audiences', { exp, aud: [] }, 'audience_mismatch', {
      APPROOV_AUDIENCE: 'api.example.com',
    }),
    {
      name: 'a bound token',
      headers: [...token(boundToken('Bearer abc')), ['authorization', 'Bearer abc']],
      variables: bound,
      expected: 'allow',
    },
    {
      name: 'a bound token, header with white space around',
      headers: [...token(boundToken('Bearer abc')), ['Authorization', ' Bearer abc ']],
      variables: bound,
      expected: 'allow',
    },
    {
      name: 'a token bound to the value without its scheme',
      headers: [...token(boundToken('abc')), ['Authorization', 'Bearer abc']],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'a token bound to another value',
      headers: [...token(boundToken('Bearer abc')), ['Authorization', 'Bearer abd']],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'pay of another length',
      headers: [...token(signed({ exp, pay: 'MismatchingBinding' })), ['Authorization', 'Bearer abc']],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'an empty pay',
      headers: [...token(signed({ exp, pay: '' })), ['Authorization', 'Bearer abc']],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'pay in base64url',
      headers: [
        ...token(
          signed({ exp, pay: Buffer.from(tokenBinding('Bearer abc'), 'base64').toString('base64url') }),
        ),
        ['Authorization', 'Bearer abc'],
      ],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'no pay',
      headers: [...token(good), ['Authorization', 'Bearer abc']],
      variables: bound,
      expected: 'binding_claim_missing',
    },
    {
      name: 'no bound header',
      headers: token(boundToken('Bearer abc')),
      variables: bound,
      expected: 'binding_header_missing',
    },
    {
      name: 'an empty bound header',
      headers: [...token(boundToken('')), ['Authorization', ' ']],
      variables: bound,
      expected: 'binding_header_missing',
    },
    {
      name: 'the bound header twice',
      headers: [
        ...token(boundToken('Bearer abc')),
        ['Authorization', 'Bearer abc'],
        ['Authorization', 'Bearer abc'],
      ],
      variables: bound,
      expected: 'binding_mismatch',
    },
    {
      name: 'two bound headers',
      headers: [
        ...token(boundToken('Bearer abc', 'device')),
        ['X-Device-Id', 'device'],
        ['Authorization', 'Bearer abc'],
      ],
      variables: boundTwice,
      expected: 'allow',
    },
    {
      name: 'two bound headers in the other order',
      headers: [
        ...token(boundToken('device', 'Bearer abc')),
        ['X-Device-Id', 'device'],
        ['Authorization', 'Bearer abc'],
      ],
      variables: boundTwice,
      expected: 'binding_mismatch',
    },
    {
      name: 'one of two bound headers',
      headers: [...token(boundToken('Bearer abc')), ['Authorization', 'Bearer abc']],
      variables: boundTwice,
      expected: 'binding_header_missing',
    },
    {
      name: 'if-present without pay',
      headers: token(good),
      variables: { ...bound, APPROOV_BINDING: 'if-present' },
      expected: 'allow',
    },
    {
      name: 'if-present with a stale pay',
      headers: [...token(boundToken('old')), ['Authorization', 'Bearer abc']],
      variables: { ...bound, APPROOV_BINDING: 'if-present' },
      expected: 'binding_mismatch',
    },
    {
      name: 'if-present with pay and no header',
      headers: token(boundToken('old')),
      variables: { ...bound, APPROOV_BINDING: 'if-present' },
      expected: 'binding_header_missing',
    },
    {
      name: 'off with a stale pay',
      headers: token(boundToken('old')),
      variables: { ...bound, APPROOV_BINDING: 'off' },
      expected: 'allow',
    },
    {
      name: 'expiry before binding',
      headers: token(signed({ exp: now, pay: 'x' })),
      variables: bound,
      expected: 'token_expired',
    },
    {
      name: 'another header for the token',
      headers: [['X-Token', good]],
      variables: { APPROOV_TOKEN_HEADER: 'x-token' },
      expected: 'allow',
    },
    {
      name: 'the default header when another is configured',
      headers: token(good),
      variables: { APPROOV_TOKEN_HEADER: 'x-token' },
      expected: 'token_missing',
    },
    {
      name: 'the prefix',
      headers: token(`Bearer ${good}`),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'allow',
    },
    {
      name: 'the prefix in another casing and two spaces',
      headers: token(`bEARER  ${good}`),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'allow',
    },
    {
      name: 'no prefix although configured',
      headers: token(good),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'token_malformed',
    },
    {
      name: 'another prefix',
      headers: token(`Basic ${good}`),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'token_malformed',
    },
    {
      name: 'only the prefix',
      headers: token('BEARER'),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'token_malformed',
    },
    {
      name: 'a status word after the prefix',
      headers: token('Bearer NO_NETWORK'),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'client_status',
    },
    {
      name: 'a status word in place of the prefix',
      headers: token('NO_NETWORK'),
      variables: { APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'client_status',
    },
  ];

  const timeCases: DecisionCase[] = [
    claimsCase('exp now', { exp: now }, 'token_expired'),
    claimsCase('exp a moment ago', { exp: now - 0.001 }, 'token_expired'),
    claimsCase('exp in a moment', { exp: now + 0.001 }, 'allow'),
    claimsCase('exp zero', { exp: 0 }, 'token_expired'),
    claimsCase('exp within the tolerance', { exp: now - 9 }, 'allow', {
      APPROOV_CLOCK_TOLERANCE_SECONDS: '10',
    }),
    claimsCase('exp at the tolerance', { exp: now - 10 }, 'token_expired', {
      APPROOV_CLOCK_TOLERANCE_SECONDS: '10',
    }),
    claimsCase('nbf now', { exp, nbf: now }, 'allow'),
    claimsCase('nbf in a moment', { exp, nbf: now + 0.001 }, 'token_not_yet_valid'),
    claimsCase('nbf within the tolerance', { exp, nbf: now + 10 }, 'allow', {
      APPROOV_CLOCK_TOLERANCE_SECONDS: '10',
    }),
    claimsCase('nbf past the tolerance', { exp, nbf: now + 10.5 }, 'token_not_yet_valid', {
      APPROOV_CLOCK_TOLERANCE_SECONDS: '10',
    }),
  ];
  return { cases, timeCases };
}

/** The same bytes with a bit set that base64 does not use. */
function nonCanonical(part: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const last = alphabet.indexOf(part.at(-1) as string);
  return part.slice(0, -1) + alphabet[last ^ 1];
}
