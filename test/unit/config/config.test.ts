import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { settings } from '../../../src/config/settings.ts';
import { ConfigurationError } from '../../../src/errors.ts';
import { jwks, pem, privateJwk, publicJwk, testKeys } from '../keys/support/keys.ts';

const keysetUri = 'https://keys.example.com/jwks.json';
const secretId = { APPROOV_SECRET_ID: 'approov/secret' };
/** A good value of each user setting that is no number. */
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

  const accepted: { name: string; variables: Record<string, string>; expected: Record<string, unknown> }[] = [
    {
      name: 'binding headers alone require binding',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization, X-Device-Id' },
      expected: { binding: 'required', bindingHeaders: ['Authorization', 'X-Device-Id'] },
    },
    {
      name: 'binding can be off although headers are set',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'off' },
      expected: { binding: 'off', bindingHeaders: ['Authorization'] },
    },
    {
      name: 'a list of audiences',
      variables: { APPROOV_AUDIENCE: 'a.example.com, b.example.com' },
      expected: { audience: ['a.example.com', 'b.example.com'] },
    },
    {
      name: 'one audience',
      variables: { APPROOV_AUDIENCE: 'a.example.com' },
      expected: { audience: ['a.example.com'] },
    },
    {
      name: 'zero is a number like others',
      variables: { APPROOV_PREVIOUS_SECRET_GRACE_SECONDS: '0', APPROOV_SECRET_TTL_SECONDS: '0' },
      expected: { previousSecretGraceSeconds: 0, secretTtlSeconds: 0 },
    },
    {
      name: 'install message signing',
      variables: { APPROOV_MESSAGE_SIGNING: 'install' },
      expected: { messageSigning: 'install' },
    },
    {
      name: 'every derived component that a signature can be asked to cover',
      variables: {
        APPROOV_MESSAGE_SIGNING: 'install',
        APPROOV_SIGNATURE_COMPONENTS: '@Request-Target,@method,@scheme,@authority,@path,@query,@target-uri',
      },
      expected: {
        signatureComponents: [
          '@request-target',
          '@method',
          '@scheme',
          '@authority',
          '@path',
          '@query',
          '@target-uri',
        ],
      },
    },
    {
      name: 'account message signing with everything',
      variables: {
        APPROOV_MESSAGE_SIGNING: 'account',
        APPROOV_ACCOUNT_KEY_ID: 'approov/account-key',
        APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow',
        APPROOV_SIGNATURE_COMPONENTS: '@method, Approov-Token',
        APPROOV_SIGNATURE_MAX_AGE_SECONDS: '3600',
        APPROOV_PUBLIC_ORIGIN: 'https://API.example.com:8443',
        APPROOV_PUBLIC_BASE_PATH: '/v1/app',
        APPROOV_TOKEN_HEADER: 'X-Token',
        APPROOV_BINDING_HEADERS: 'Authorization',
        APPROOV_CLOCK_TOLERANCE_SECONDS: '5',
      },
      expected: {
        accountKeyId: 'approov/account-key',
        messageSigning: 'account',
        messageSigningWithoutKey: 'allow',
        signatureComponents: ['@method', 'approov-token'],
        signatureMaxAgeSeconds: 3600,
        publicOrigin: 'https://api.example.com:8443',
        publicBasePath: '/v1/app',
      },
    },
    {
      name: 'base path / is none',
      variables: { APPROOV_MESSAGE_SIGNING: 'install', APPROOV_PUBLIC_BASE_PATH: '/' },
      expected: { publicBasePath: '' },
    },
    {
      name: 'a keyset by URL beside the secret',
      variables: { APPROOV_ALGORITHMS: 'RS256, HS256 ,ES256', APPROOV_KEYSET_JWKS_URI: keysetUri },
      expected: {
        algorithms: ['RS256', 'HS256', 'ES256'],
        secretId: 'approov/secret',
        keysetJwksUri: keysetUri,
      },
    },
    {
      name: 'a refusal that shows the ARC',
      variables: { APPROOV_DENIAL: 'policy', APPROOV_DENIAL_ARC: 'on' },
      expected: { denialArc: 'on' },
    },
    {
      name: 'the word none unsets every setting without a default, and each of the user check while it is off',
      variables: Object.fromEntries(
        Object.values(settings)
          .filter(
            ({ variable, defaultValue }) =>
              !(variable in secretId) &&
              (defaultValue === undefined || /^APPROOV_USER_(?!AUTH$)/.test(variable)),
          )
          .map(({ variable }) => [variable, 'none']),
      ),
      expected: readEnvironment(secretId).config as unknown as Record<string, unknown>,
    },
    {
      name: 'the word none unsets the binding mode, so that headers alone require binding',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'none' },
      expected: { binding: 'required', bindingHeaders: ['Authorization'] },
    },
    {
      name: 'secret by ARN',
      variables: {
        APPROOV_SECRET_ID: 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:approov-AbC1',
      },
      expected: { secretId: 'arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:approov-AbC1' },
    },
  ];
  for (const { name, variables, expected } of accepted) {
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

  const userFaults: { name: string; variables: Record<string, string>; message: string }[] = [
    {
      name: 'jwt alone',
      variables: { ...secretId, APPROOV_USER_AUTH: 'jwt' },
      message:
        'APPROOV_USER_ISSUER is required to check users: comma-separated, without repetition, each an https URL of at ' +
        'most 2048 characters, without user and fragment; APPROOV_USER_AUDIENCE is required to check users: comma-separated, without repetition, each text of ' +
        '1 to 1024 characters without control characters',
    },
    ...Object.values(settings)
      .filter(({ variable }) => /^APPROOV_USER_(?!AUTH$)/.test(variable))
      .map(({ variable }) => ({
        name: `${variable} without jwt`,
        variables: { ...secretId, [variable]: sampleOf[variable] ?? '60' },
        message: `${variable} has no effect unless APPROOV_USER_AUTH is jwt`,
      })),
    {
      name: 'a user setting beside off',
      variables: { ...user, APPROOV_USER_AUTH: 'off', APPROOV_USER_AUDIENCE: '' },
      message:
        'APPROOV_USER_AUDIENCE must be comma-separated, without repetition, each text of 1 to 1024 characters without ' +
        'control characters; APPROOV_USER_ISSUER has no effect unless APPROOV_USER_AUTH is jwt',
    },
    {
      name: 'simple answers with users',
      variables: { ...user, APPROOV_HTTP_API_RESPONSE: 'simple' },
      message:
        "APPROOV_HTTP_API_RESPONSE must be policy where users are checked: a simple response outlives the user's token",
    },
    {
      name: 'one header for both tokens, in any case',
      variables: { ...user, APPROOV_USER_HEADER: 'approov-TOKEN' },
      message: 'APPROOV_USER_HEADER must not name the header of the Approov token',
    },
    {
      name: 'Authorization for both tokens',
      variables: { ...user, APPROOV_TOKEN_HEADER: 'authorization' },
      message: 'APPROOV_USER_HEADER must not name the header of the Approov token',
    },
    {
      name: 'another count of JWKS URIs than of issuers',
      variables: { ...user, APPROOV_USER_JWKS_URI: 'https://a.example/keys,https://a.example/keys' },
      message:
        'APPROOV_USER_JWKS_URI must have as many URLs as APPROOV_USER_ISSUER has issuers, in their order',
    },
    {
      name: 'two issuers, one of which is not Cognito',
      variables: { ...user, APPROOV_USER_ISSUER: `${issuer},https://login.example.com` },
      message:
        'APPROOV_USER_JWKS_URI is required unless every issuer is an Amazon Cognito user pool: comma-separated, each an ' +
        'https URL of at most 2048 characters, without user and fragment',
    },
    {
      name: 'an unknown word for the check',
      variables: { ...user, APPROOV_USER_AUTH: 'JWT' },
      message: 'APPROOV_USER_AUTH must be one of off, jwt',
    },
  ];
  for (const { name, variables, message } of userFaults) {
    test(`refuses ${name}`, () => {
      assert.throws(() => readEnvironment(variables), {
        name: 'ConfigurationError',
        message: `Invalid configuration: ${message}`,
      });
    });
  }

  const jwk = publicJwk(testKeys['P-256'], { kid: '7' });
  const uri = { APPROOV_KEYSET_JWKS_URI: keysetUri };
  const contradicting: { name: string; variables: Record<string, string>; message: string }[] = [
    {
      name: 'an asymmetric algorithm without a keyset',
      variables: { ...secretId, APPROOV_ALGORITHMS: 'HS256,RS256' },
      message:
        'APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS',
    },
    {
      name: 'two keysets',
      variables: { APPROOV_ALGORITHMS: 'ES256', ...uri, APPROOV_KEYSET_JWKS: jwks(jwk) },
      message:
        'APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS',
    },
    {
      name: 'a secret without HS256',
      variables: { ...secretId, APPROOV_SECRET_JSON_KEY: 'k', APPROOV_ALGORITHMS: 'RS256', ...uri },
      message:
        'APPROOV_SECRET_ID has no effect unless APPROOV_ALGORITHMS has HS256; ' +
        'APPROOV_SECRET_JSON_KEY has no effect unless APPROOV_ALGORITHMS has HS256',
    },
    {
      name: 'HS256 without a secret',
      variables: { APPROOV_ALGORITHMS: 'HS256,RS256', ...uri },
      message: 'APPROOV_SECRET_ID is required for HS256: the name or ARN of a Secrets Manager secret',
    },
    {
      name: 'a keyset without an asymmetric algorithm',
      variables: { ...secretId, ...uri, APPROOV_KEYSET_JWKS: jwks(jwk) },
      message:
        'APPROOV_KEYSET_JWKS_URI has no effect unless APPROOV_ALGORITHMS has an asymmetric algorithm; ' +
        'APPROOV_KEYSET_JWKS has no effect unless APPROOV_ALGORITHMS has an asymmetric algorithm',
    },
    {
      name: 'message signing in report-only that is off',
      variables: { ...secretId, APPROOV_MESSAGE_SIGNING_MODE: 'report-only' },
      message: 'APPROOV_MESSAGE_SIGNING_MODE is report-only, but APPROOV_MESSAGE_SIGNING is off',
    },
    {
      name: 'an ARC without a Deny to carry it',
      variables: { ...secretId, APPROOV_DENIAL_ARC: 'on' },
      message: 'APPROOV_DENIAL_ARC is on, which needs APPROOV_DENIAL=policy',
    },
    {
      name: 'an algorithm that breaks its rule, and nothing that follows from it',
      variables: { APPROOV_ALGORITHMS: 'RS256,HS512', ...uri },
      message:
        'APPROOV_ALGORITHMS must be comma-separated, without repetition, each one of HS256, RS256, RS384, RS512, ' +
        'PS256, PS384, PS512, ES256, ES384, ES512, EdDSA',
    },
    {
      name: 'every unknown variable, with the nearest known name',
      variables: {
        ...secretId,
        APPROOV_USERAUTH: 'jwt',
        APPROOV_BINDNG_HEADERS: 'Authorization',
        APPROOV_KEYSET_JWSK_URI: keysetUri,
        APPROOV_: '',
      },
      message:
        'APPROOV_USERAUTH is not known: did you mean APPROOV_USER_AUTH?; ' +
        'APPROOV_BINDNG_HEADERS is not known: did you mean APPROOV_BINDING_HEADERS?; ' +
        'APPROOV_KEYSET_JWSK_URI is not known: did you mean APPROOV_KEYSET_JWKS_URI?; ' +
        'APPROOV_ is not known: did you mean APPROOV_MODE?',
    },
  ];
  for (const { name, variables, message } of contradicting) {
    test(`refuses ${name}`, () => {
      assert.throws(() => readEnvironment(variables), {
        name: 'ConfigurationError',
        message: `Invalid configuration: ${message}`,
      });
    });
  }

  const integers = [
    'APPROOV_SECRET_TTL_SECONDS',
    'APPROOV_SECRET_MAX_STALE_SECONDS',
    'APPROOV_PREVIOUS_SECRET_GRACE_SECONDS',
    'APPROOV_KEYSET_TTL_SECONDS',
    'APPROOV_KEYSET_MAX_STALE_SECONDS',
    'APPROOV_CLOCK_TOLERANCE_SECONDS',
    'APPROOV_SIGNATURE_MAX_AGE_SECONDS',
    'APPROOV_USER_CLOCK_TOLERANCE_SECONDS',
    'APPROOV_USER_KEYS_TTL_SECONDS',
    'APPROOV_USER_KEYS_MAX_STALE_SECONDS',
  ];
  const words = [
    'APPROOV_BINDING',
    'APPROOV_MODE',
    'APPROOV_DENIAL',
    'APPROOV_RESOURCE_SCOPE',
    'APPROOV_HTTP_API_RESPONSE',
    'APPROOV_LOG_LEVEL',
    'APPROOV_MESSAGE_SIGNING',
    'APPROOV_MESSAGE_SIGNING_MODE',
    'APPROOV_MESSAGE_SIGNING_WITHOUT_KEY',
    'APPROOV_USER_AUTH',
    'APPROOV_USER_TOKEN_USE',
  ];
  const refused: [variable: string, value: string][] = [
    ...Object.values(settings).map(({ variable }): [string, string] => [variable, '']),
    ...integers.flatMap((variable) =>
      ['NaN', '-1', 'Infinity', '1e9', '1000000000', '1.5', ' 5', '+5', '05', '0x10', 'five'].map(
        (value): [string, string] => [variable, value],
      ),
    ),
    ...words.flatMap((variable) =>
      ['Enforce', 'on', 'true'].map((value): [string, string] => [variable, value]),
    ),
    ['APPROOV_SECRET_ID', 'name with spaces'],
    ['APPROOV_SECRET_ID', 'none'],
    ...Object.values(settings)
      .filter(({ variable, defaultValue }) => defaultValue !== undefined && !/_USER_(?!AUTH$)/.test(variable))
      .map(({ variable }): [string, string] => [variable, 'none']),
    ['APPROOV_BINDING', 'None'],
    ['APPROOV_SECRET_JSON_KEY', 'line\nbreak'],
    ['APPROOV_CLOCK_TOLERANCE_SECONDS', '61'],
    ['APPROOV_SIGNATURE_MAX_AGE_SECONDS', '0'],
    ['APPROOV_USER_ISSUER', 'http://login.example.com'],
    ['APPROOV_USER_ISSUER', 'https://login.example.com /'],
    ['APPROOV_USER_ISSUER', 'https://a:b@login.example.com'],
    ['APPROOV_USER_ISSUER', 'login.example.com'],
    ['APPROOV_USER_ISSUER', 'https://a.example,https://a.example'],
    ['APPROOV_USER_ISSUER', 'https://a.example,'],
    ['APPROOV_USER_JWKS_URI', 'https://a.example/keys,,https://b.example/keys'],
    ['APPROOV_USER_AUDIENCE', 'a\tb'],
    ['APPROOV_USER_AUDIENCE', 'a,a'],
    ['APPROOV_USER_JWKS_URI', 'http://login.example.com/keys'],
    ['APPROOV_USER_ALGORITHMS', 'HS256'],
    ['APPROOV_USER_ALGORITHMS', 'RS256,none'],
    ['APPROOV_USER_TOKEN_TYPE', 'at jwt'],
    ['APPROOV_USER_SCOPES', 'api/read api/write'],
    ['APPROOV_USER_SCOPES', 'api/read,'],
    ['APPROOV_USER_HEADER', 'not a header'],
    ['APPROOV_USER_CONTEXT_CLAIMS', 'sub,,exp'],
    ['APPROOV_USER_CLOCK_TOLERANCE_SECONDS', '61'],
    ['APPROOV_USER_KEYS_TTL_SECONDS', '86401'],
    ['APPROOV_USER_KEYS_MAX_STALE_SECONDS', '604801'],
    ['APPROOV_SIGNATURE_MAX_AGE_SECONDS', '3601'],
    ['APPROOV_DENIAL_ARC', 'true'],
    ['APPROOV_ALGORITHMS', 'none'],
    ['APPROOV_ALGORITHMS', 'hs256'],
    ['APPROOV_ALGORITHMS', 'HS256,HS256'],
    ['APPROOV_ALGORITHMS', 'HS256,'],
    ['APPROOV_ALGORITHMS', 'Ed25519'],
    ['APPROOV_KEYSET_TTL_SECONDS', '86401'],
    ['APPROOV_KEYSET_MAX_STALE_SECONDS', '604801'],
    ['APPROOV_KEYSET_JWKS_URI', 'http://keys.example.com/jwks.json'],
    ['APPROOV_KEYSET_JWKS_URI', 'keys.example.com/jwks.json'],
    ['APPROOV_KEYSET_JWKS_URI', 'https://[not-a-host/jwks.json'],
    ['APPROOV_KEYSET_JWKS_URI', 'https://a:b@keys.example.com/'],
    ['APPROOV_PUBLIC_ORIGIN', 'https://API.example.com/'],
    ['APPROOV_KEYSET_JWKS_URI', 'https://user@keys.example.com/'],
    ['APPROOV_KEYSET_JWKS_URI', 'https://:pw@keys.example.com/'],
    ['APPROOV_KEYSET_JWKS_URI', 'https://keys.example.com/#x'],
    ['APPROOV_KEYSET_JWKS_URI', `https://keys.example.com/${'a'.repeat(2048)}`],
    ['APPROOV_KEYSET_JWKS', '{"keys":[]}'],
    ['APPROOV_KEYSET_JWKS', jwks(privateJwk(testKeys['P-256'], { kid: '7' }))],
    ['APPROOV_KEYSET_JWKS', 'https://keys.example.com/jwks.json'],
    ['APPROOV_TOKEN_HEADER', 'Approov Token'],
    ['APPROOV_TOKEN_HEADER', 'Approov-Token:'],
    ['APPROOV_TOKEN_PREFIX', 'two words'],
    ['APPROOV_TOKEN_PREFIX', 'Bearer '],
    ['APPROOV_TOKEN_QUERY_PARAMETER', 'approov token'],
    ['APPROOV_TOKEN_QUERY_PARAMETER', 'a&b'],
    ['APPROOV_BINDING_HEADERS', 'Authorization,,X-Device-Id'],
    ['APPROOV_BINDING_HEADERS', 'Authorization,authorization'],
    ['APPROOV_BINDING_HEADERS', 'not a header'],
    ['APPROOV_BINDING_HEADERS', 'approov-token'],
    ['APPROOV_BINDING', 'required'],
    ['APPROOV_BINDING', 'if-present'],
    ['APPROOV_ISSUER', 'tab\there'],
    ['APPROOV_AUDIENCE', 'a.example.com,'],
    ['APPROOV_AUDIENCE', 'a.example.com,a.example.com'],
    ['APPROOV_CONTEXT_CLAIMS', 'exp,exp'],
    ['APPROOV_CONTEXT_CLAIMS', 'exp,'],
    ['APPROOV_SIGNATURE_COMPONENTS', '@status'],
    ['APPROOV_SIGNATURE_COMPONENTS', '@method,"x"'],
    ['APPROOV_PUBLIC_ORIGIN', 'other.example.org'],
    ['APPROOV_PUBLIC_ORIGIN', 'https://[not-a-host'],
    ['APPROOV_PUBLIC_ORIGIN', 'https://api.example.com/v1'],
    ['APPROOV_PUBLIC_ORIGIN', 'https://user:pw@api.example.com'],
    ['APPROOV_PUBLIC_ORIGIN', 'ftp://api.example.com'],
    ['APPROOV_PUBLIC_BASE_PATH', 'v1'],
    ['APPROOV_PUBLIC_BASE_PATH', '/v1/'],
    ['APPROOV_PUBLIC_BASE_PATH', '/v1?x'],
    ['APPROOV_PUBLIC_BASE_PATH', '//v1'],
  ];
  for (const [variable, value] of refused) {
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

  test('does not take inherited properties for variables', (context) => {
    const polluted = Object.prototype as Record<string, unknown>;
    context.after(() => {
      delete polluted.APPROOV_MODE;
      delete polluted.mode;
    });
    Object.assign(polluted, { APPROOV_MODE: 'report-only', mode: 'report-only' });
    assert.equal(readEnvironment(secretId).config.mode, 'enforce');
  });

  test('requires the secret', () => {
    assert.throws(
      () => readEnvironment({}),
      /^ConfigurationError: Invalid configuration: APPROOV_SECRET_ID is required/,
    );
  });

  test('requires the account key for account message signing', () => {
    assert.throws(
      () => readEnvironment({ ...secretId, APPROOV_MESSAGE_SIGNING: 'account' }),
      /APPROOV_ACCOUNT_KEY_ID is required for APPROOV_MESSAGE_SIGNING=/,
    );
    assert.throws(
      () => readEnvironment({ ...secretId, APPROOV_MESSAGE_SIGNING: 'any' }),
      /APPROOV_ACCOUNT_KEY_ID is required for APPROOV_MESSAGE_SIGNING=/,
    );
  });

  test('names everything that is wrong in one error', () => {
    assert.throws(
      () => readEnvironment({ APPROOV_MODE: 'x', APPROOV_DENIAL: 'y' }),
      /APPROOV_MODE must be one of enforce, report-only; APPROOV_DENIAL must be one of unauthorized, policy; APPROOV_SECRET_ID is required/,
    );
  });

  const warned: { name: string; variables: Record<string, string>; warning: string }[] = [
    {
      name: 'a claim that is never handed on',
      variables: { APPROOV_CONTEXT_CLAIMS: 'exp,pay' },
      warning: 'APPROOV_CONTEXT_CLAIMS names pay, which is never handed to the backend: left out',
    },
    {
      name: 'a claim that has the name of something else',
      variables: { APPROOV_CONTEXT_CLAIMS: 'exp,lambda' },
      warning: 'APPROOV_CONTEXT_CLAIMS names lambda, which is never handed to the backend: left out',
    },
    {
      name: 'a claim that has the prefix of the user’s',
      variables: { APPROOV_CONTEXT_CLAIMS: 'exp,user_sub' },
      warning: 'APPROOV_CONTEXT_CLAIMS names user_sub, which is never handed to the backend: left out',
    },
    {
      name: 'a context without exp',
      variables: { APPROOV_CONTEXT_CLAIMS: 'did' },
      warning: 'APPROOV_CONTEXT_CLAIMS leaves out exp: readApproovContext will refuse every request',
    },
  ];
  for (const { name, variables, warning } of warned) {
    test(`warns of ${name}`, () => {
      assert.deepEqual(readEnvironment({ ...secretId, ...variables }).warnings, [warning]);
    });
  }
});
