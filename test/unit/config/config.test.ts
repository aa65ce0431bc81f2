import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ConfigurationError } from '../../../src/config/readConfig.ts';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { settings } from '../../../src/config/settings.ts';

const secretId = { APPROOV_SECRET_ID: 'approov/secret' };
const signing = {
  mode: 'install',
  withoutKey: 'refuse',
  requiredComponents: ['@method', '@target-uri', 'approov-token'],
  maxAgeSeconds: 60,
  clockToleranceSeconds: 0,
  publicOrigin: undefined,
  publicBasePath: undefined,
  tokenHeader: 'Approov-Token',
  bindingOn: false,
};

describe('configuration from the environment', () => {
  it('has the documented defaults', () => {
    assert.deepEqual(readEnvironment(secretId), {
      config: {
        secretId: 'approov/secret',
        secretJsonKey: undefined,
        secretTtlSeconds: 300,
        secretMaxStaleSeconds: 3600,
        previousSecretGraceSeconds: 900,
        tokenHeader: 'Approov-Token',
        tokenPrefix: undefined,
        binding: { mode: 'off', headers: [] },
        issuer: undefined,
        audience: undefined,
        clockToleranceSeconds: 0,
        mode: 'enforce',
        denial: 'unauthorized',
        resourceScope: 'stage',
        httpApiResponse: 'policy',
        contextClaims: ['exp', 'iss', 'aud', 'sub', 'did', 'ip', 'arc', 'anno'],
        logLevel: 'info',
        messageSigning: undefined,
        accountKeyId: undefined,
      },
      warnings: [],
    });
  });

  const accepted: { name: string; variables: Record<string, string>; expected: Record<string, unknown> }[] = [
    {
      name: 'binding headers alone require binding',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization, X-Device-Id' },
      expected: { binding: { mode: 'required', headers: ['Authorization', 'X-Device-Id'] } },
    },
    {
      name: 'binding can be off although headers are set',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'off' },
      expected: { binding: { mode: 'off', headers: ['Authorization'] } },
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
      name: 'install message signing with its defaults',
      variables: { APPROOV_MESSAGE_SIGNING: 'install' },
      expected: { messageSigning: signing },
    },
    {
      name: 'every derived component that a signature can be asked to cover',
      variables: {
        APPROOV_MESSAGE_SIGNING: 'install',
        APPROOV_SIGNATURE_COMPONENTS: '@Request-Target,@method,@scheme,@authority,@path,@query,@target-uri',
      },
      expected: {
        messageSigning: {
          ...signing,
          requiredComponents: [
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
        messageSigning: {
          mode: 'account',
          withoutKey: 'allow',
          requiredComponents: ['@method', 'approov-token'],
          maxAgeSeconds: 3600,
          clockToleranceSeconds: 5,
          publicOrigin: 'https://api.example.com:8443',
          publicBasePath: '/v1/app',
          tokenHeader: 'X-Token',
          bindingOn: true,
        },
      },
    },
    {
      name: 'base path / is none',
      variables: { APPROOV_MESSAGE_SIGNING: 'install', APPROOV_PUBLIC_BASE_PATH: '/' },
      expected: { messageSigning: { ...signing, publicBasePath: '' } },
    },
    {
      name: 'the word none unsets every setting without a default',
      variables: Object.fromEntries(
        Object.values(settings)
          .filter(({ variable, defaultValue }) => defaultValue === undefined && !(variable in secretId))
          .map(({ variable }) => [variable, 'none']),
      ),
      expected: readEnvironment(secretId).config as unknown as Record<string, unknown>,
    },
    {
      name: 'the word none unsets the binding mode, so that headers alone require binding',
      variables: { APPROOV_BINDING_HEADERS: 'Authorization', APPROOV_BINDING: 'none' },
      expected: { binding: { mode: 'required', headers: ['Authorization'] } },
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
    it(name, () => {
      const { config, warnings } = readEnvironment({ ...secretId, ...variables });
      assert.deepEqual(config, { ...config, ...expected });
      assert.deepEqual(warnings, []);
    });
  }

  const integers = [
    'APPROOV_SECRET_TTL_SECONDS',
    'APPROOV_SECRET_MAX_STALE_SECONDS',
    'APPROOV_PREVIOUS_SECRET_GRACE_SECONDS',
    'APPROOV_CLOCK_TOLERANCE_SECONDS',
    'APPROOV_SIGNATURE_MAX_AGE_SECONDS',
  ];
  const words = [
    'APPROOV_BINDING',
    'APPROOV_MODE',
    'APPROOV_DENIAL',
    'APPROOV_RESOURCE_SCOPE',
    'APPROOV_HTTP_API_RESPONSE',
    'APPROOV_LOG_LEVEL',
    'APPROOV_MESSAGE_SIGNING',
    'APPROOV_MESSAGE_SIGNING_WITHOUT_KEY',
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
    ['APPROOV_MODE', 'none'],
    ['APPROOV_SECRET_TTL_SECONDS', 'none'],
    ['APPROOV_BINDING', 'None'],
    ['APPROOV_SECRET_JSON_KEY', 'line\nbreak'],
    ['APPROOV_CLOCK_TOLERANCE_SECONDS', '61'],
    ['APPROOV_SIGNATURE_MAX_AGE_SECONDS', '0'],
    ['APPROOV_SIGNATURE_MAX_AGE_SECONDS', '3601'],
    ['APPROOV_TOKEN_HEADER', 'Approov Token'],
    ['APPROOV_TOKEN_HEADER', 'Approov-Token:'],
    ['APPROOV_TOKEN_PREFIX', 'two words'],
    ['APPROOV_TOKEN_PREFIX', 'Bearer '],
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
    ['APPROOV_PUBLIC_ORIGIN', 'https://api.example.com/v1'],
    ['APPROOV_PUBLIC_ORIGIN', 'https://user:pw@api.example.com'],
    ['APPROOV_PUBLIC_ORIGIN', 'ftp://api.example.com'],
    ['APPROOV_PUBLIC_BASE_PATH', 'v1'],
    ['APPROOV_PUBLIC_BASE_PATH', '/v1/'],
    ['APPROOV_PUBLIC_BASE_PATH', '/v1?x'],
    ['APPROOV_PUBLIC_BASE_PATH', '//v1'],
  ];
  for (const [variable, value] of refused) {
    it(`refuses ${variable}=${JSON.stringify(value)}`, () => {
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

  it('does not take inherited properties for variables', (test) => {
    const polluted = Object.prototype as Record<string, unknown>;
    test.after(() => {
      delete polluted.APPROOV_MODE;
      delete polluted.mode;
    });
    Object.assign(polluted, { APPROOV_MODE: 'report-only', mode: 'report-only' });
    assert.equal(readEnvironment(secretId).config.mode, 'enforce');
  });

  it('requires the secret', () => {
    assert.throws(
      () => readEnvironment({}),
      /^ConfigurationError: Invalid configuration: APPROOV_SECRET_ID is required/,
    );
  });

  it('requires the account key for account message signing', () => {
    assert.throws(
      () => readEnvironment({ ...secretId, APPROOV_MESSAGE_SIGNING: 'account' }),
      /APPROOV_ACCOUNT_KEY_ID is required for account message signing/,
    );
  });

  it('names everything that is wrong in one error', () => {
    assert.throws(
      () => readEnvironment({ APPROOV_MODE: 'x', APPROOV_DENIAL: 'y' }),
      /APPROOV_MODE must be one of enforce, report-only; APPROOV_DENIAL must be one of unauthorized, policy; APPROOV_SECRET_ID is required/,
    );
  });

  const warned: { name: string; variables: Record<string, string>; warning: string }[] = [
    {
      name: 'an unknown variable, with the nearest known name',
      variables: { APPROOV_TOKEN_HEDAER: 'X' },
      warning: 'unknown variable APPROOV_TOKEN_HEDAER is ignored: did you mean APPROOV_TOKEN_HEADER?',
    },
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
    it(`warns of ${name}`, () => {
      assert.deepEqual(readEnvironment({ ...secretId, ...variables }).warnings, [warning]);
    });
  }
});
