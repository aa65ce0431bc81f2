import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import type { AuthorizerTools } from '../../../src/api/tools.ts';
import { settings } from '../../../src/config/settings.ts';
import { type AuthorizerOptions, createAuthorizer } from '../../../src/index.ts';
import { eventOf } from '../../cases/eventOf.ts';
import { effectOf, secret } from '../support/harness.ts';

const client = {
  send: async () => ({
    SecretString: secret.toString('base64url'),
    VersionId: 'v1',
    CreatedDate: new Date(0),
  }),
} as unknown as NonNullable<AuthorizerTools['client']>;

suite('createAuthorizer', () => {
  test('answers like the Lambda function, with options and a client of the caller', async () => {
    const lines: string[] = [];
    const authorizer = createAuthorizer(
      { secretId: 's', contextClaims: ['exp', 'did'] },
      { client, write: (line) => lines.push(line) },
    );
    const exp = Math.floor(Date.now() / 1000) + 60;
    const token = mintToken({ claims: { exp, did: 'd', sub: 's' }, key: secret });
    const response = await authorizer(eventOf.rest([['Approov-Token', token]]));
    assert.equal(effectOf({ response, error: undefined, lines: [] }), 'Allow');
    assert.deepEqual(response.context, {
      exp,
      did: 'd',
      binding: 'off',
      messageSignature: 'off',
      mode: 'enforce',
    });
    assert.ok(lines.some((line) => line.includes('"decision":"allow"')));
  });

  test('makes its own client, and fails without a region, not before', async () => {
    const lines: string[] = [];
    const authorizer = createAuthorizer({ secretId: 's' }, { write: (line) => lines.push(line) });
    const token = mintToken({ claims: { exp: Date.now() / 1000 + 60 }, key: secret });
    await assert.rejects(
      authorizer(eventOf.rest([['Approov-Token', token]])),
      /^Failure: secret_unavailable: /,
    );
  });

  test('writes to standard output when it is told nothing else', async (test) => {
    const written = test.mock.method(process.stdout, 'write', () => true);
    const authorizer = createAuthorizer({ secretId: 's' }, { client });
    await assert.rejects(authorizer(eventOf.rest([])), /^Error: Unauthorized$/);
    const lines = written.mock.calls.map(({ arguments: [line] }) => String(line));
    written.mock.restore();
    assert.ok(lines.some((line) => line.includes('"reason":"token_missing"')));
  });

  const faults: { name: string; options: AuthorizerOptions; message: RegExp }[] = [
    { name: 'no secret', options: {} as AuthorizerOptions, message: /secretId is required/ },
    {
      name: 'NaN',
      options: { secretId: 's', secretTtlSeconds: Number.NaN },
      message: /secretTtlSeconds must be a whole number/,
    },
    {
      name: 'an empty list',
      options: { secretId: 's', bindingHeaders: [] },
      message: /bindingHeaders must be comma-separated/,
    },
    {
      name: 'binding without headers',
      options: { secretId: 's', binding: 'required' },
      message: /binding asks for token binding/,
    },
    {
      name: 'options of another type',
      options: {
        secretId: 's',
        issuer: {},
        audience: [1],
        mode: true,
        tokenHeader: 5,
        logLevel: ['info'],
      } as never,
      message: new RegExp(
        'tokenHeader must be a header name; issuer must be text .*; audience must be comma-separated.*; ' +
          'mode must be one of enforce, report-only; logLevel must be one of',
      ),
    },
    {
      name: 'a list in which something is no text',
      options: { secretId: 's', bindingHeaders: ['Authorization', null] } as never,
      message: /bindingHeaders must be comma-separated/,
    },
    {
      name: 'an item that would be read as two',
      options: { secretId: 's', audience: ['a,b'] },
      message: /audience must be comma-separated/,
    },
    {
      name: 'an issuer twice',
      options: {
        secretId: 's',
        userAuth: 'jwt',
        userAudience: 'app',
        userIssuer: ['https://a.example', 'https://a.example'],
        userJwksUri: ['https://a.example/keys', 'https://b.example/keys'],
      },
      message: /: userIssuer must be comma-separated, without repetition, /,
    },
    { name: 'no options', options: undefined as never, message: /: options must be an object$/ },
    { name: 'null as options', options: null as never, message: /: options must be an object$/ },
    ...Object.keys(settings).map((name) => ({
      name: `null as ${name}`,
      options: { secretId: 's', [name]: null } as never,
      message: new RegExp(`^ConfigurationError: Invalid configuration: ${name} must be [^;]*(?:; binding|$)`),
    })),
    {
      name: 'an unknown option',
      options: { secretId: 's', tokenHeaders: 'x' } as AuthorizerOptions,
      message: /unknown option tokenHeaders: did you mean tokenHeader\?/,
    },
  ];
  for (const { name, options, message } of faults) {
    test(`refuses ${name} under the option's name`, () => {
      assert.throws(() => createAuthorizer(options, { client }), message);
    });
  }

  const tools = [
    { name: 'null as tools', tools: null, message: /: tools must be an object$/ },
    { name: 'null as client', tools: { client: null }, message: /: client must be a SecretsManagerClient$/ },
    {
      name: 'a client that cannot send',
      tools: { client: {} },
      message: /: client must be a SecretsManagerClient$/,
    },
    { name: 'null as write', tools: { client, write: null }, message: /: write must be a function$/ },
  ];
  for (const { name, tools: given, message } of tools) {
    test(`refuses ${name}`, () => {
      assert.throws(() => createAuthorizer({ secretId: 's' }, given as never), message);
    });
  }

  test('takes an option that is undefined as not given', async () => {
    const authorizer = createAuthorizer({ secretId: 's', mode: undefined }, { client, write: () => {} });
    await assert.rejects(authorizer(eventOf.rest([])), /^Error: Unauthorized$/);
  });

  test('does not take inherited properties for options', async (context) => {
    const polluted = Object.prototype as Record<string, unknown>;
    const pollution = {
      mode: 'report-only',
      denial: 'policy',
      issuer: 'x',
      client: { send: () => assert.fail() },
    };
    context.after(() => {
      for (const name of Object.keys(pollution)) delete polluted[name];
    });
    Object.assign(polluted, pollution);
    const write = () => {};
    const options = Object.assign(Object.create({ binding: 'off' }), { secretId: 's' });
    const authorizers = [
      createAuthorizer(options, { client, write }),
      createAuthorizer({ secretId: 's' }, Object.assign(Object.create({ client: null }), { write })),
    ];
    for (const authorizer of authorizers) {
      await assert.rejects(authorizer(eventOf.rest([])), /^Error: Unauthorized$/);
    }
  });
});
