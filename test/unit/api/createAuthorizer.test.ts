import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { settings } from '../../../src/config/settings.ts';
import { type AuthorizerOptions, createAuthorizer } from '../../../src/index.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { polluted } from '../../support/polluted.ts';
import { exp, tokenOf, toolsOf } from '../support/composed.ts';
import { effectOf } from '../support/harness.ts';

const { client } = toolsOf().tools;
const write = () => undefined;
const nobody = eventOf.rest([]);

suite('createAuthorizer', () => {
  test('answers like the Lambda function, with options and a client of the caller', async () => {
    const kept = toolsOf();
    const authorizer = createAuthorizer({ secretId: 's', contextClaims: ['exp', 'did'] }, kept.tools);
    const response = await authorizer(eventOf.rest(sent(tokenOf({ sub: 's' }))));
    assert.equal(effectOf({ response, error: undefined, lines: [] }), 'Allow');
    const checks = { binding: 'off', messageSignature: 'off', mode: 'enforce' };
    assert.deepEqual(response.context, { exp, did: 'device', ...checks });
    assert.equal(kept.decisions[0]?.decision, 'allow');
  });

  test('makes its own client, and fails without a region, not before', async () => {
    const authorizer = createAuthorizer({ secretId: 's' }, { write });
    await assert.rejects(authorizer(eventOf.rest(sent(tokenOf()))), /^Failure: secret_unavailable: /);
  });

  test('writes to standard output when it is told nothing else', async (test) => {
    const written = test.mock.method(process.stdout, 'write', () => true);
    const authorizer = createAuthorizer({ secretId: 's' }, { client });
    await assert.rejects(authorizer(nobody), /^Error: Unauthorized$/);
    const lines = written.mock.calls.map(({ arguments: [line] }) => String(line));
    written.mock.restore();
    assert.ok(lines.some((line) => line.includes('"reason":"token_missing"')));
  });

  const given = (options: object) => ({ secretId: 's', ...options });
  const twice = {
    userAuth: 'jwt',
    userAudience: 'app',
    userIssuer: ['https://a.example', 'https://a.example'],
    userJwksUri: ['https://a.example/keys', 'https://b.example/keys'],
  };
  const ofAnotherType = { issuer: {}, audience: [1], mode: true, tokenHeader: 5, logLevel: ['info'] };
  const faults: [name: string, options: unknown, message: RegExp][] = [
    ['no secret', {}, /secretId is required/],
    ['NaN', given({ secretTtlSeconds: Number.NaN }), /secretTtlSeconds must be a whole number/],
    ['an empty list', given({ bindingHeaders: [] }), /bindingHeaders must be comma-separated/],
    ['binding without headers', given({ binding: 'required' }), /binding asks for token binding/],
    [
      'options of another type',
      given(ofAnotherType),
      new RegExp(
        'tokenHeader must be a header name; issuer must be text .*; audience must be comma-separated.*; ' +
          'mode must be one of enforce, report-only; logLevel must be one of',
      ),
    ],
    [
      'a list with something other than text',
      given({ bindingHeaders: ['A', null] }),
      /bindingHeaders must be comma-/,
    ],
    ['an item that would be read as two', given({ audience: ['a,b'] }), /audience must be comma-separated/],
    ['an issuer twice', given(twice), /: userIssuer must be comma-separated, without repetition, /],
    ['no options', undefined, /: options must be an object$/],
    ['null as options', null, /: options must be an object$/],
    ...Object.keys(settings).map((name): [string, object, RegExp] => [
      `null as ${name}`,
      given({ [name]: null }),
      new RegExp(`^ConfigurationError: Invalid configuration: ${name} must be [^;]*(?:; binding|$)`),
    ]),
    [
      'an unknown option',
      given({ tokenHeaders: 'x' }),
      /unknown option tokenHeaders: did you mean tokenHeader\?/,
    ],
  ];
  for (const [name, options, message] of faults) {
    test(`refuses ${name} under the option's name`, () => {
      assert.throws(() => createAuthorizer(options as AuthorizerOptions, { client }), message);
    });
  }

  const wrongTools: [name: string, tools: unknown, message: RegExp][] = [
    ['null as tools', null, /: tools must be an object$/],
    ['null as client', { client: null }, /: client must be a SecretsManagerClient$/],
    ['a client that cannot send', { client: {} }, /: client must be a SecretsManagerClient$/],
    ['null as write', { client, write: null }, /: write must be a function$/],
  ];
  for (const [name, tools, message] of wrongTools) {
    test(`refuses ${name}`, () => {
      assert.throws(() => createAuthorizer({ secretId: 's' }, tools as never), message);
    });
  }

  test('takes an option that is undefined as not given', async () => {
    const authorizer = createAuthorizer({ secretId: 's', mode: undefined }, { client, write });
    await assert.rejects(authorizer(nobody), /^Error: Unauthorized$/);
  });

  test('does not take inherited properties for options', async () => {
    const foreign = { send: () => assert.fail() };
    await polluted({ mode: 'report-only', denial: 'policy', issuer: 'x', client: foreign }, async () => {
      const options = Object.assign(Object.create({ binding: 'off' }), { secretId: 's' });
      const authorizers = [
        createAuthorizer(options, { client, write }),
        createAuthorizer({ secretId: 's' }, Object.assign(Object.create({ client: null }), { write })),
      ];
      for (const authorizer of authorizers) {
        await assert.rejects(authorizer(nobody), /^Error: Unauthorized$/);
      }
    });
  });
});
