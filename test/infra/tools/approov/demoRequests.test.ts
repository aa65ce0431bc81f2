import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { demoRequests } from '../../../../infra/tools/approov/demoRequests.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import type { RawSettings } from '../../../../src/config/settings.ts';
import { startAuthorizer } from '../../../../src/start.ts';
import { arnOf } from '../../../cases/eventOf.ts';
import { sourceOf } from '../../../support/secrets.ts';

const key = Buffer.alloc(64, 'demo');
const now = 1_800_000_000;
const login = { header: 'Authorization', value: 'Bearer login' };

suite('demoRequests', () => {
  const cases: readonly [
    title: string,
    settings: RawSettings,
    rows: number,
    more?: { login?: typeof login },
  ][] = [
    ['no settings', {}, 7],
    ['a required binding', { bindingHeaders: 'Authorization' }, 10],
    ['a binding if present', { bindingHeaders: 'Authorization', binding: 'if-present' }, 10],
    ['two bound headers', { bindingHeaders: 'X-Session,X-User' }, 10],
    ['a bound login', { bindingHeaders: 'X-Session,authorization' }, 10, { login }],
    [
      'a login that is bound if present',
      { bindingHeaders: 'authorization', binding: 'if-present' },
      10,
      { login },
    ],
    ['a login that is not bound', {}, 7, { login }],
    [
      'another token header, with a prefix, issuer and audience',
      { tokenHeader: 'X-Token', tokenPrefix: 'Approov', issuer: 'i', audience: 'a' },
      7,
    ],
  ];
  for (const [title, settings, rows, { login: user } = {}] of cases) {
    test(`${title}: the authorizer decides each request as the table says`, async () => {
      const { config } = readConfig({ secretId: 'secret', denial: 'policy', ...settings }, (name) => name);
      const lines: string[] = [];
      const authorizer = startAuthorizer(config, [], {
        sourceOf: () => sourceOf(key),
        write: (line) => lines.push(line),
        clock: () => now * 1000,
      });
      const input = { key, now, usableSeconds: 300, rules: config, login: user };
      const requests = demoRequests('https://api.example.com/hello', input);
      assert.equal(requests.length, rows);
      for (const { title: row, request, status, reason } of requests) {
        const { headers } = request;
        if (status === 401) {
          const needed = [config.tokenHeader, ...config.bindingHeaders].map((name) => name.toLowerCase());
          const sent = Object.keys(headers).map((name) => name.toLowerCase());
          assert.equal(needed.filter((name) => !sent.includes(name)).length > 0, true, row);
          continue;
        }
        lines.length = 0;
        await authorizer({
          type: 'REQUEST',
          methodArn: arnOf('/GET/hello'),
          resource: '/hello',
          path: '/hello',
          httpMethod: request.method,
          headers,
          requestContext: { stage: 'dev', apiId: 'api', requestId: 'r' },
        });
        const line = lines.map((text) => JSON.parse(text)).find(({ decision }) => decision !== undefined);
        assert.deepEqual(
          [line.decision, line.reason],
          status === 200 ? ['allow', undefined] : ['deny', reason],
          row,
        );
      }
    });
  }
});
