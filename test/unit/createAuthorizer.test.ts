import './support/noSockets.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mintToken } from '../../infra/approov/mint.ts';
import type { AuthorizerTools } from '../../src/createAuthorizer.ts';
import { type AuthorizerOptions, createAuthorizer } from '../../src/index.ts';
import { eventOf } from '../cases/eventOf.ts';
import { effectOf, secret } from './support/harness.ts';

const client = {
  send: async () => ({
    SecretString: secret.toString('base64url'),
    VersionId: 'v1',
    CreatedDate: new Date(0),
  }),
} as unknown as NonNullable<AuthorizerTools['client']>;

describe('createAuthorizer', () => {
  it('answers like the Lambda function, with options and a client of the caller', async () => {
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

  it('makes its own client, and fails without a region, not before', async () => {
    const lines: string[] = [];
    const authorizer = createAuthorizer({ secretId: 's' }, { write: (line) => lines.push(line) });
    const token = mintToken({ claims: { exp: Date.now() / 1000 + 60 }, key: secret });
    await assert.rejects(
      authorizer(eventOf.rest([['Approov-Token', token]])),
      /^Failure: secret_unavailable: /,
    );
  });

  it('writes to standard output when it is told nothing else', async (test) => {
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
      name: 'an unknown option',
      options: { secretId: 's', tokenHeaders: 'x' } as AuthorizerOptions,
      message: /unknown option tokenHeaders: did you mean tokenHeader\?/,
    },
  ];
  for (const { name, options, message } of faults) {
    it(`refuses ${name} under the option's name`, () => {
      assert.throws(() => createAuthorizer(options, { client }), message);
    });
  }
});
