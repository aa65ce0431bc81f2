import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { settings } from '../../../src/config/settings.ts';
import { ConfigurationError } from '../../../src/errors.ts';
import { polluted } from '../../support/polluted.ts';
import { jwks, pem, privateJwk, publicJwk, testKeys } from '../keys/support/keys.ts';

const keysetUri = 'https://keys.example.com/jwks.json';
type Variables = Record<string, string>;

const secretId = { APPROOV_SECRET_ID: 'approov/secret' };
/** A good value of each user setting that is not a number. */
const sampleOf: Readonly<Record<string, string>> = {
  APPROOV_USER_ISSUER: 'https://login.example.com',
  APPROOV_USER_AUDIENCE: 'app',
  APPROOV_USER_JWKS_URI: 'https://login.example.com/keys',
  APPROOV_USER_ALGORITHMS: 'RS256',
  APPROOV_USER_TOKEN_USE: 'access',
  APPROOV_USER_TOKEN_TYPE: 'at+jwt',
  APPROOV_USER_SCOPES: 'api/read',
  APPROOV_USER_HEADER: 'Authorization',
  APPROOV_USER_CONTEXT_CLAIMS: 'sub',
};

suite('configuration from the environment', () => {
  test('has the documented defaults', () => {
    assert.deepEqual(readEnvironment(secretId), {
      config: {
        secretId: 'approov/secret',
        secretJsonKey: undefined,
        secretTtlSeconds: 300,
        secretMaxStaleSeconds: 3600,
        previousSecretGraceSeconds: 900,
        algorithms: ['HS256'],
        keysetJwksUri: undefined,
        keysetJwks: undefined,
        keysetTtlSeconds: 3600,
        keysetMaxStaleSeconds: 86_400,
        tokenHeader: 'Approov-Token',
        tokenPrefix: undefined,
        tokenQueryParameter: undefined,
        bindingHeaders: [],
        binding: 'off',
        issuer: undefined,
        audience: undefined,
        clockToleranceSeconds: 0,
        mode: 'enforce',
        denial: 'unauthorized',
        denialArc: 'off',
        resourceScope: 'stage',
        httpApiResponse: 'policy',
        contextClaims: ['exp', 'iss', 'aud', 'sub', 'did', 'ip', 'arc', 'anno'],
        logLevel: 'info',
        messageSigning: 'off',
        messageSigningMode: 'enforce',
        messageSigningWithoutKey: 'refuse',
        accountKeyId: undefined,
        signatureComponents: ['@method', '@target-uri', 'approov-token'],
        signatureMaxAgeSeconds: 60,
        publicOrigin: undefined,
        publicBasePath: undefined,
        userAuth: 'off',
        userIssuer: [],
        userAudience: [],
        userJwksUri: [],
        userAlgorithms: ['RS256'],
        userTokenUse: undefined,
        userTokenType: undefined,
        userScopes: undefined,
        userHeader: 'Authorization',
        userContextClaims: ['sub', 'exp', 'scope', 'client_id'],
        userClockToleranceSeconds: 0,
        userKeysTtlSeconds: 3600,
        userKeysMaxStaleSeconds: 7200,
      },
      warnings: [],
    });
  });

  const components = '@request-target,@method,@scheme,@authority,@path,@query,@target-uri';
  const install = { APPROOV_MESSAGE_SIGNING: 'install' };
  const bound = { APPROOV_BINDING_HEADERS: 'Authorization' };
  const secretArn = 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:approov-AbC1';
  const unset = Object.values(settings)
    .map(({ variable, defaultValue }) => ({ variable, isUnset: defaultValue === undefined }))
    .filter(({ variable, isUnset }) => isUnset || /^APPROOV_USER_(?!AUTH$)/.test(variable))
    .filter(({ variable }) => !(variable in secretId))
    .map(({ variable }) => [variable, 'none']);
  const accepted: [name: string, variables: Variables, expected: Record<string, unknown>][] = [
    [
      'binding headers alone require binding',
      { APPROOV_BINDING_HEADERS: 'Authorization, X-Device-Id' },
      { binding: 'required', bindingHeaders: ['Authorization', 'X-Device-Id'] },
    ],
    [
      'binding can be off although headers are set',
      { ...bound, APPROOV_BINDING: 'off' },
      { binding: 'off', bindingHeaders: ['Authorization'] },
    ],
    [
      'a list of audiences',
      { APPROOV_AUDIENCE: 'a.example.com, b.example.com' },
      { audience: ['a.example.com', 'b.example.com'] },
    ],
    ['one audience', { APPROOV_AUDIENCE: 'a.example.com' }, { audience: ['a.example.com'] }],
    [
      'zero is a number like others',
      { APPROOV_PREVIOUS_SECRET_GRACE_SECONDS: '0', APPROOV_SECRET_TTL_SECONDS: '0' },
      { previousSecretGraceSeconds: 0, secretTtlSeconds: 0 },
    ],
    ['install message signing', install, { messageSigning: 'install' }],
    [
      'every derived component that a signature can be asked to cover',
      { ...install, APPROOV_SIGNATURE_COMPONENTS: components.replace('@request-t', '@Request-T') },
      { signatureComponents: components.split(',') },
    ],
    [
      'account message signing with everything',
      {
        ...bound,
        APPROOV_MESSAGE_SIGNING: 'account',
        APPROOV_ACCOUNT_KEY_ID: 'approov/account-key',
        APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow',
        APPROOV_SIGNATURE_COMPONENTS: '@method, Approov-Token',
        APPROOV_SIGNATURE_MAX_AGE_SECONDS: '3600',
        APPROOV_PUBLIC_ORIGIN: 'https://API.example.com:8443',
        APPROOV_PUBLIC_BASE_PATH: '/v1/app',
        APPROOV_TOKEN_HEADER: 'X-Token',
        APPROOV_CLOCK_TOLERANCE_SECONDS: '5',
      },
      {
        accountKeyId: 'approov/account-key',
        messageSigning: 'account',
        messageSigningWithoutKey: 'allow',
        signatureComponents: ['@method', 'approov-token'],
        signatureMaxAgeSeconds: 3600,
        publicOrigin: 'https://api.example.com:8443',
        publicBasePath: '/v1/app',
      },
    ],
    ['base path / means no base path', { ...install, APPROOV_PUBLIC_BASE_PATH: '/' }, { publicBasePath: '' }],
    [
      'a keyset by URL as well as the secret',
      { APPROOV_ALGORITHMS: 'RS256, HS256 ,ES256', APPROOV_KEYSET_JWKS_URI: keysetUri },
      { algorithms: ['RS256', 'HS256', 'ES256'], secretId: 'approov/secret', keysetJwksUri: keysetUri },
    ],
    [
      'a refusal that shows the ARC',
      { APPROOV_DENIAL: 'policy', APPROOV_DENIAL_ARC: 'on' },
      { denialArc: 'on' },
    ],
    [
      'the word none unsets every setting without a default, and each of the user check while it is off',
      Object.fromEntries(unset),
      readEnvironment(secretId).config as unknown as Record<string, unknown>,
    ],
    [
      'the word none unsets the binding mode, so that headers alone require binding',
      { ...bound, APPROOV_BINDING: 'none' },
      { binding: 'required', bindingHeaders: ['Authorization'] },
    ],
    ['secret by ARN', { APPROOV_SECRET_ID: secretArn }, { secretId: secretArn }],
  ];
  for (const [name, variables, expected] of accepted) {
    test(name, () => {
      const { config, warnings } = readEnvironment({ ...secretId, ...variables });
      assert.deepEqual(config, { ...config, ...expected });
      assert.deepEqual(warnings, []);
    });
  }

  test('takes a keyset alone, without a secret', () => {
    const variables = {
      APPROOV_ALGORITHMS: 'EdDSA',
      APPROOV_KEYSET_JWKS: pem(testKeys.Ed25519),
      APPROOV_KEYSET_TTL_SECONDS: '0',
      APPROOV_KEYSET_MAX_STALE_SECONDS: '604800',
    };
    const { config } = readEnvironment(variables);
    assert.deepEqual(config, {
      ...readEnvironment(secretId).config,
      secretId: undefined,
      algorithms: ['EdDSA'],
      keysetJwks: variables.APPROOV_KEYSET_JWKS,
      keysetTtlSeconds: 0,
      keysetMaxStaleSeconds: 604_800,
    });
  });

  const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example';
  const user = {
    ...secretId,
    APPROOV_USER_AUTH: 'jwt',
    APPROOV_USER_ISSUER: issuer,
    APPROOV_USER_AUDIENCE: 'app',
  };

  test('checks the users of a Cognito pool with an issuer and an audience alone', () => {
    const { config, warnings } = readEnvironment(user);
    assert.deepEqual(config, {
      ...readEnvironment(secretId).config,
      userAuth: 'jwt',
      userIssuer: [issuer],
      userAudience: ['app'],
      userJwksUri: [`${issuer}/.well-known/jwks.json`],
      userTokenUse: 'access',
    });
    assert.deepEqual(warnings, []);
  });

  test('checks the users of any provider, with every setting', () => {
    const { config, warnings } = readEnvironment({
      ...user,
      APPROOV_USER_ISSUER: 'https://Login.example.com/tenant/',
      APPROOV_USER_AUDIENCE: 'https://api.example.com, app',
      APPROOV_USER_JWKS_URI: 'https://login.example.com/keys?p=1',
      APPROOV_USER_ALGORITHMS: 'ES256,EdDSA',
      APPROOV_USER_TOKEN_TYPE: 'application/at+jwt',
      APPROOV_USER_SCOPES: 'api/read,api:write',
      APPROOV_USER_HEADER: 'X-User',
      APPROOV_USER_CONTEXT_CLAIMS: 'cognito:groups',
      APPROOV_USER_CLOCK_TOLERANCE_SECONDS: '60',
      APPROOV_USER_KEYS_TTL_SECONDS: '60',
      APPROOV_USER_KEYS_MAX_STALE_SECONDS: '0',
    });
    assert.deepEqual(config, {
      ...readEnvironment(secretId).config,
      userAuth: 'jwt',
      userIssuer: ['https://Login.example.com/tenant/'],
      userAudience: ['https://api.example.com', 'app'],
      userJwksUri: ['https://login.example.com/keys?p=1'],
      userAlgorithms: ['ES256', 'EdDSA'],
      userTokenType: 'application/at+jwt',
      userScopes: ['api/read', 'api:write'],
      userHeader: 'X-User',
      userContextClaims: ['cognito:groups'],
      userClockToleranceSeconds: 60,
      userKeysTtlSeconds: 60,
      userKeysMaxStaleSeconds: 0,
    });
    assert.deepEqual(warnings, [
      'APPROOV_USER_CONTEXT_CLAIMS leaves out sub: readUserClaims will refuse every request',
      'APPROOV_USER_CONTEXT_CLAIMS leaves out exp: readUserClaims will refuse every request',
    ]);
  });

  const cognitoLike: [issuer: string, isCognito: boolean][] = [
    ['https://cognito-idp.us-gov-west-1.amazonaws.com/us-gov-west-1_a1', true],
    ['https://cognito-idp-fips.us-east-1.amazonaws.com/us-east-1_a1', true],
    ['https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1', true],
    ['https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_a1', true],
    ['https://cognito-idp.eusc-de-east-1.amazonaws.eu/eusc-de-east-1_a1', true],
    ['https://cognito-idp.us-west-2.amazonaws.com/us-east-1_a1', true],
    ['https://issuer-cognito-idp.us-west-2.amazonaws.com/us-east-1_a1', true],
    ['https://cognito-idp.eu-west-1.amazonaws.net/eu-west-1_a1', false],
    ['https://cognito-idp.eu-west-1.amazonaws.eu.example/eu-west-1_a1', false],
    ['https://cognito-idp.eu-west-1.evil.amazonaws.com/eu-west-1_a1', false],
    ['https://cognito-idp.eu-west-1.amazonaws.com/x/eu-west-1_a1', false],
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1/', false],
    ['https://cognito-idp.eu-west-1.amazonaws.com.example/eu-west-1_a1', false],
    ['https://example.com/cognito-idp.eu-west-1.amazonaws.com/eu-west-1_a1', false],
  ];
  for (const [url, isCognito] of cognitoLike) {
    test(`${url} is ${isCognito ? '' : 'not '}a user pool, so its keys are ${isCognito ? '' : 'not '}known`, () => {
      const read = () => readEnvironment({ ...user, APPROOV_USER_ISSUER: url }).config;
      if (isCognito) {
        assert.deepEqual(read().userJwksUri, [`${url}/.well-known/jwks.json`]);
        assert.equal(read().userTokenUse, 'access');
      } else {
        assert.throws(
          read,
          /: APPROOV_USER_JWKS_URI is required unless every issuer is an Amazon Cognito user pool: /,
        );
      }
    });
  }

  const sameHeader = 'APPROOV_USER_HEADER must not name the header of the Approov token';
  const userFaults: [name: string, variables: Variables, message: string][] = [
    [
      'jwt alone',
      { ...secretId, APPROOV_USER_AUTH: 'jwt' },
      'APPROOV_USER_ISSUER is required to check users: comma-separated, without repetition, each an https URL of at ' +
        'most 2048 characters, without user and fragment; APPROOV_USER_AUDIENCE is required to check users: comma-separated, without repetition, each text of ' +
        '1 to 1024 characters without control characters',
    ],
    ...Object.values(settings)
      .filter(({ variable }) => /^APPROOV_USER_(?!AUTH$)/.test(variable))
      .map(({ variable }): (typeof userFaults)[0] => [
        `${variable} without jwt`,
        { ...secretId, [variable]: sampleOf[variable] ?? '60' },
        `${variable} has no effect unless APPROOV_USER_AUTH is jwt`,
      ]),
    [
      'a user setting with off',
      { ...user, APPROOV_USER_AUTH: 'off', APPROOV_USER_AUDIENCE: '' },
      'APPROOV_USER_AUDIENCE must be comma-separated, without repetition, each text of 1 to 1024 characters without ' +
        'control characters; APPROOV_USER_ISSUER has no effect unless APPROOV_USER_AUTH is jwt',
    ],
    [
      'simple answers with users',
      { ...user, APPROOV_HTTP_API_RESPONSE: 'simple' },
      "APPROOV_HTTP_API_RESPONSE must be policy where users are checked: a simple response outlives the user's token",
    ],
    [
      'one header for both tokens, in any case',
      { ...user, APPROOV_USER_HEADER: 'approov-TOKEN' },
      sameHeader,
    ],
    ['Authorization for both tokens', { ...user, APPROOV_TOKEN_HEADER: 'authorization' }, sameHeader],
    [
      'another count of JWKS URIs than of issuers',
      { ...user, APPROOV_USER_JWKS_URI: 'https://a.example/keys,https://a.example/keys' },
      'APPROOV_USER_JWKS_URI must have as many URLs as APPROOV_USER_ISSUER has issuers, in their order',
    ],
    [
      'two issuers, one of which is not Cognito',
      { ...user, APPROOV_USER_ISSUER: `${issuer},https://login.example.com` },
      'APPROOV_USER_JWKS_URI is required unless every issuer is an Amazon Cognito user pool: comma-separated, each an ' +
        'https URL of at most 2048 characters, without user and fragment',
    ],
    [
      'an unknown word for the check',
      { ...user, APPROOV_USER_AUTH: 'JWT' },
      'APPROOV_USER_AUTH must be one of off, jwt',
    ],
  ];
  const jwk = publicJwk(testKeys['P-256'], { kid: '7' });
  const uri = { APPROOV_KEYSET_JWKS_URI: keysetUri };
  const contradicting: [name: string, variables: Variables, message: string][] = [
    [
      'an asymmetric algorithm without a keyset',
      { ...secretId, APPROOV_ALGORITHMS: 'HS256,RS256' },
      'APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS',
    ],
    [
      'two keysets',
      { APPROOV_ALGORITHMS: 'ES256', ...uri, APPROOV_KEYSET_JWKS: jwks(jwk) },
      'APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS',
    ],
    [
      'a secret without HS256',
      { ...secretId, APPROOV_SECRET_JSON_KEY: 'k', APPROOV_ALGORITHMS: 'RS256', ...uri },
      'APPROOV_SECRET_ID has no effect unless APPROOV_ALGORITHMS has HS256; ' +
        'APPROOV_SECRET_JSON_KEY has no effect unless APPROOV_ALGORITHMS has HS256',
    ],
    [
      'HS256 without a secret',
      { APPROOV_ALGORITHMS: 'HS256,RS256', ...uri },
      'APPROOV_SECRET_ID is required for HS256: the name or ARN of a Secrets Manager secret',
    ],
    [
      'a keyset without an asymmetric algorithm',
      { ...secretId, ...uri, APPROOV_KEYSET_JWKS: jwks(jwk) },
      'APPROOV_KEYSET_JWKS_URI has no effect unless APPROOV_ALGORITHMS has an asymmetric algorithm; ' +
        'APPROOV_KEYSET_JWKS has no effect unless APPROOV_ALGORITHMS has an asymmetric algorithm',
    ],
    [
      'message signing in report-only that is off',
      { ...secretId, APPROOV_MESSAGE_SIGNING_MODE: 'report-only' },
      'APPROOV_MESSAGE_SIGNING_MODE is report-only, but APPROOV_MESSAGE_SIGNING is off',
    ],
    [
      'an ARC without a Deny to carry it',
      { ...secretId, APPROOV_DENIAL_ARC: 'on' },
      'APPROOV_DENIAL_ARC is on, which needs APPROOV_DENIAL=policy',
    ],
    [
      'an algorithm that breaks its rule, and nothing that follows from it',
      { APPROOV_ALGORITHMS: 'RS256,HS512', ...uri },
      'APPROOV_ALGORITHMS must be comma-separated, without repetition, each one of HS256, RS256, RS384, RS512, ' +
        'PS256, PS384, PS512, ES256, ES384, ES512, EdDSA',
    ],
    [
      'every unknown variable, with the nearest known name',
      {
        ...secretId,
        APPROOV_USERAUTH: 'jwt',
        APPROOV_BINDNG_HEADERS: 'Authorization',
        APPROOV_KEYSET_JWSK_URI: keysetUri,
        APPROOV_: '',
      },
      'APPROOV_USERAUTH is not known: did you mean APPROOV_USER_AUTH?; ' +
        'APPROOV_BINDNG_HEADERS is not known: did you mean APPROOV_BINDING_HEADERS?; ' +
        'APPROOV_KEYSET_JWSK_URI is not known: did you mean APPROOV_KEYSET_JWKS_URI?; ' +
        'APPROOV_ is not known: did you mean APPROOV_MODE?',
    ],
  ];
  for (const [name, variables, message] of [...userFaults, ...contradicting]) {
    test(`refuses ${name}`, () => {
      assert.throws(() => readEnvironment(variables), {
        name: 'ConfigurationError',
        message: `Invalid configuration: ${message}`,
      });
    });
  }

  const url = 'https://keys.example.com/';
  const wrong: Record<string, string[]> = {
    APPROOV_SECRET_ID: ['name with spaces', 'none'],
    APPROOV_SECRET_JSON_KEY: ['line\nbreak'],
    APPROOV_ALGORITHMS: ['hs256', 'HS256,HS256', 'HS256,', 'Ed25519'],
    APPROOV_KEYSET_TTL_SECONDS: ['86401'],
    APPROOV_KEYSET_MAX_STALE_SECONDS: ['604801'],
    APPROOV_KEYSET_JWKS_URI: [
      ...['http://keys.example.com/jwks.json', 'keys.example.com/jwks.json', 'https://[not-a-host/jwks.json'],
      ...['https://a:b@keys.example.com/', 'https://user@keys.example.com/', 'https://:pw@keys.example.com/'],
      ...[`${url}#x`, url + 'a'.repeat(2048)],
    ],
    APPROOV_KEYSET_JWKS: [
      '{"keys":[]}',
      jwks(privateJwk(testKeys['P-256'], { kid: '7' })),
      'https://keys.example.com/jwks.json',
    ],
    APPROOV_TOKEN_HEADER: ['Approov Token', 'Approov-Token:'],
    APPROOV_TOKEN_PREFIX: ['two words', 'Bearer '],
    APPROOV_TOKEN_QUERY_PARAMETER: ['approov token', 'a&b'],
    APPROOV_BINDING_HEADERS: [
      'A,,X-Device-Id',
      'Authorization,authorization',
      'not a header',
      'approov-token',
    ],
    APPROOV_BINDING: ['required', 'if-present', 'None'],
    APPROOV_ISSUER: ['tab\there'],
    APPROOV_AUDIENCE: ['a.example.com,', 'a.example.com,a.example.com'],
    APPROOV_CLOCK_TOLERANCE_SECONDS: ['61'],
    APPROOV_CONTEXT_CLAIMS: ['exp,exp', 'exp,'],
    APPROOV_DENIAL_ARC: ['true'],
    APPROOV_SIGNATURE_COMPONENTS: ['@status', '@method,"x"'],
    APPROOV_SIGNATURE_MAX_AGE_SECONDS: ['0', '3601'],
    APPROOV_PUBLIC_ORIGIN: [
      ...[
        'other.example.org',
        'https://[not-a-host',
        'https://api.example.com/v1',
        'https://API.example.com/',
      ],
      ...['https://user:pw@api.example.com', 'ftp://api.example.com'],
    ],
    APPROOV_PUBLIC_BASE_PATH: ['v1', '/v1/', '/v1?x', '//v1'],
    APPROOV_USER_ISSUER: [
      ...['http://login.example.com', 'https://login.example.com /', 'https://a:b@login.example.com'],
      ...['login.example.com', 'https://a.example,https://a.example', 'https://a.example,'],
    ],
    APPROOV_USER_AUDIENCE: ['a\tb', 'a,a'],
    APPROOV_USER_JWKS_URI: [
      'http://login.example.com/keys',
      'https://a.example/keys,,https://b.example/keys',
    ],
    APPROOV_USER_ALGORITHMS: ['HS256', 'RS256,none'],
    APPROOV_USER_TOKEN_TYPE: ['at jwt'],
    APPROOV_USER_SCOPES: ['api/read api/write', 'api/read,'],
    APPROOV_USER_HEADER: ['not a header'],
    APPROOV_USER_CONTEXT_CLAIMS: ['sub,,exp'],
    APPROOV_USER_CLOCK_TOLERANCE_SECONDS: ['61'],
    APPROOV_USER_KEYS_TTL_SECONDS: ['86401'],
    APPROOV_USER_KEYS_MAX_STALE_SECONDS: ['604801'],
  };
  const noNumbers = ['NaN', '-1', 'Infinity', '1e9', '1000000000', '1.5', ' 5', '+5', '05', '0x10', 'five'];
  for (const { variable, rule, defaultValue } of Object.values(settings)) {
    const values = ['', ...(wrong[variable] ?? [])];
    if ('from' in rule) values.push(...noNumbers);
    if ('oneOf' in rule) values.push('Enforce', 'yes', 'true');
    if (defaultValue !== undefined && !/_USER_(?!AUTH$)/.test(variable)) values.push('none');
    for (const value of values) {
      test(`refuses ${variable}=${JSON.stringify(value)}`, () => {
        assert.throws(
          () => readEnvironment({ ...secretId, [variable]: value }),
          (error: unknown) => {
            assert.ok(error instanceof ConfigurationError);
            assert.match(error.message, new RegExp(`^Invalid configuration: ${variable} [a-z]`));
            if (value.length > 6) assert.ok(!error.message.includes(value), 'quotes the value');
            return true;
          },
        );
      });
    }
  }

  for (const { variable, defaultValue } of Object.values(settings)) {
    if (defaultValue === undefined || !/^APPROOV_USER_(?!AUTH$)/.test(variable)) continue;
    test(`refuses ${variable}=none while users are checked, because it has a default`, () => {
      assert.throws(
        () => readEnvironment({ ...user, [variable]: 'none' }),
        new RegExp(`: Invalid configuration: ${variable} must be [^;]+$`),
      );
    });
  }

  test('the defaults that follow from other settings hold with the word none', () => {
    const unset = { APPROOV_BINDING: 'none', APPROOV_USER_JWKS_URI: 'none', APPROOV_USER_TOKEN_USE: 'none' };
    const bound = { ...user, APPROOV_BINDING_HEADERS: 'Authorization' };
    assert.deepEqual(readEnvironment({ ...bound, ...unset }), readEnvironment(bound));
  });

  test('does not take inherited properties for variables', () => {
    polluted({ APPROOV_MODE: 'report-only', mode: 'report-only' }, () => {
      assert.equal(readEnvironment(secretId).config.mode, 'enforce');
    });
  });

  test('requires the secret', () => {
    assert.throws(
      () => readEnvironment({}),
      /^ConfigurationError: Invalid configuration: APPROOV_SECRET_ID is required/,
    );
  });

  for (const kind of ['account', 'any']) {
    test(`requires the account key for message signing of ${kind}`, () => {
      assert.throws(
        () => readEnvironment({ ...secretId, APPROOV_MESSAGE_SIGNING: kind }),
        /APPROOV_ACCOUNT_KEY_ID is required for APPROOV_MESSAGE_SIGNING=/,
      );
    });
  }

  test('names everything that is wrong in one error', () => {
    assert.throws(
      () => readEnvironment({ APPROOV_MODE: 'x', APPROOV_DENIAL: 'y' }),
      /APPROOV_MODE must be one of enforce, report-only; APPROOV_DENIAL must be one of unauthorized, policy; APPROOV_SECRET_ID is required/,
    );
  });

  const neverHanded = (claim: string) =>
    `APPROOV_CONTEXT_CLAIMS names ${claim}, which is never handed to the backend: left out`;
  const warned: [name: string, claims: string, warning: string][] = [
    ['a claim that is never handed on', 'exp,pay', neverHanded('pay')],
    ['a claim that has the name of something else', 'exp,lambda', neverHanded('lambda')],
    ['a claim that has the prefix of the user’s', 'exp,user_sub', neverHanded('user_sub')],
    [
      'a context without exp',
      'did',
      'APPROOV_CONTEXT_CLAIMS leaves out exp: readApproovContext will refuse every request',
    ],
  ];
  for (const [name, claims, warning] of warned) {
    test(`warns of ${name}`, () => {
      const variables = { ...secretId, APPROOV_CONTEXT_CLAIMS: claims };
      assert.deepEqual(readEnvironment(variables).warnings, [warning]);
    });
  }
});
