import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { demoRequests } from '../../../../infra/tools/approov/demoRequests.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import type { RawSettings } from '../../../../src/config/settings.ts';
import { startAuthorizer } from '../../../../src/start.ts';

const key = Buffer.alloc(64, 'demo');
const now = 1_800_000_000;
const login = { header: 'Authorization', value: 'Bearer login' };

suite('demoRequests', () => {
  const cases: readonly { case: string; settings: RawSettings; login?: typeof login; rows: number }[] = [
    { case: 'no settings', settings: {}, rows: 7 },
    { case: 'a required binding', settings: { bindingHeaders: 'Authorization' }, rows: 10 },
    {
      case: 'a binding if present',
      settings: { bindingHeaders: 'Authorization', binding: 'if-present' },
      rows: 10,
    },
    { case: 'two bound headers', settings: { bindingHeaders: 'X-Session,X-User' }, rows: 10 },
    { case: 'a bound login', settings: { bindingHeaders: 'X-Session,authorization' }, login, rows: 10 },
    {
      case: 'a login that is bound if present',
      settings: { bindingHeaders: 'authorization', binding: 'if-present' },
      login,
      rows: 10,
    },
    { case: 'a login that is not bound', settings: {}, login, rows: 7 },
    {
      case: 'another token header, with a prefix, issuer and audience',
      settings: { tokenHeader: 'X-Token', tokenPrefix: 'Approov', issuer: 'i', audience: 'a' },
      rows: 7,
    },
  ];
  for (const { case: title, settings, login: user, rows } of cases) {
    test(`${title}: the authorizer decides each request as the table says`, async () => {
      const { config } = readConfig({ secretId: 'secret', denial: 'policy', ...settings }, (name) => name);
      const lines: string[] = [];
      const authorizer = startAuthorizer(config, [], {
        sourceOf: () => async () => ({
          text: key.toString('base64'),
          versionId: undefined,
          createdAt: undefined,
        }),
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
          methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:api/dev/GET/hello',
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
