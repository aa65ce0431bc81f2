import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { readEnvironment } from '../../src/config/readEnvironment.ts';

const page = readFileSync(new URL('../../docs/users.md', import.meta.url), 'utf8');
const base = { APPROOV_SECRET_ID: 's', APPROOV_USER_AUTH: 'jwt' };

suite('the examples of docs/users.md are read by the function', () => {
  const blocks = [...page.matchAll(/```\n((?:APPROOV_\w+=.*\n)+)```/g)].map(([, block]) => block as string);
  for (const block of blocks) {
    test(block.split('\n')[0] as string, () => {
      const variables = Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      const { config } = readEnvironment({ ...base, ...variables });
      assert.equal(config.userJwksUri.length, config.userIssuer.length);
    });
  }

  const rows = [...page.matchAll(/^\| ([^|]+) \| `(https:[^`]+)` \| `(https:[^`]+)` \|/gm)];
  for (const [, provider, issuer, jwksUri] of rows) {
    test(`${provider}`, () => {
      const { config } = readEnvironment({
        ...base,
        APPROOV_USER_ISSUER: issuer,
        APPROOV_USER_JWKS_URI: jwksUri,
        APPROOV_USER_AUDIENCE: 'audience',
      });
      assert.deepEqual(
        [config.userIssuer, config.userJwksUri],
        [[issuer], [new URL(jwksUri as string).href]],
      );
      assert.equal(config.userTokenUse, undefined);
    });
  }

  test('there are two blocks and five providers', () =>
    assert.deepEqual([blocks.length, rows.length], [2, 5]));
});
