import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { after, before, suite, test } from 'node:test';
import { redacted } from '../../../../infra/tools/smoke/report.ts';
import { addressOf } from '../../../../infra/tools/smoke/target.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import { startAuthorizer } from '../../../../src/start.ts';
import { command } from '../../support/command.ts';

const secret = Buffer.alloc(64, 'smoke').toString('base64');
const secretId = 'smoke-secret';

/** How the API of a test answers: as it should, or with a fault. */
type Fault = 'none' | 'lets all pass' | 'caches for ever';

suite('npm run smoke', { concurrency: true }, () => {
  let secretsManager: SecretsManager;
  const folder = mkdtempSync(`${tmpdir()}/smoke-`);

  before(async () => {
    secretsManager = await startSecretsManager();
    secretsManager.putSecret(secretId, { string: secret });
  });

  after(async () => {
    await secretsManager.close();
    rmSync(folder, { recursive: true });
  });

  const smoke = (args: readonly string[], env: Record<string, string> = {}) =>
    command('infra/tools/cli/smoke.ts', [...args], '', {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      APPROOV_DENIAL: 'policy',
      ...env,
    });

  const runs: readonly { fault: Fault; code: number; differing: RegExp[] }[] = [
    { fault: 'none', code: 0, differing: [] },
    {
      fault: 'lets all pass',
      code: 1,
      differing: [/expired token/, /forged token/, /unsigned token/, /malformed/, /missing/, /an Allow ends/],
    },
    { fault: 'caches for ever', code: 1, differing: [/an Allow ends with its token/] },
  ];
  for (const { fault, code, differing } of runs) {
    test(`an HTTP API whose fault is: ${fault}`, async () => {
      const api = await startApi(fault);
      const { port } = api.address() as { port: number };
      const file = `${folder}/${port}.md`;
      const url = `http://127.0.0.1:${port}/shapes`;
      const result = await smoke(['--secret-id', secretId, '--http-url', url, '--report', file]);
      api.close();
      assert.equal(result.code, code, result.stdout + result.stderr);
      const lines = result.stdout.split('\n').filter((line) => line.endsWith('DIFFERS'));
      assert.equal(lines.length, differing.length, lines.join('\n'));
      for (const [index, pattern] of differing.entries()) assert.match(lines[index] ?? '', pattern);
      const report = readFileSync(file, 'utf8');
      assert.match(report, new RegExp(`, ${differing.length} different, `));
      assert.doesNotMatch(report + result.stdout, /eyJ|[A-Za-z0-9+/]{60}/, 'a token or the secret');
    });
  }

  const wrong: readonly {
    case: string;
    args: string[];
    env?: Record<string, string>;
    stderr: RegExp;
  }[] = [
    {
      case: 'an authorizer that checks users, without a user',
      args: ['--http-url', 'http://127.0.0.1:1/', '--secret-id', secretId],
      env: {
        APPROOV_USER_AUTH: 'jwt',
        APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example',
        APPROOV_USER_AUDIENCE: 'app',
      },
      stderr: /^the authorizer checks users too: give one's token with --user-token-file FILE\n$/,
    },
    { case: 'nothing to try', args: [], stderr: /^give --stage, --stack, or URLs/ },
    { case: 'two things to try', args: ['--stage', 'a', '--stack', 'b'], stderr: /^give --stage/ },
    { case: 'a URL that is none', args: ['--rest-url', 'hello'], stderr: /^--rest-url must be/ },
    {
      case: 'a WebSocket URL of HTTP',
      args: ['--websocket-url', 'https://a'],
      stderr: /^--websocket-url must be/,
    },
    {
      case: 'URLs without a secret',
      args: ['--http-url', 'http://127.0.0.1:1'],
      stderr: /^--secret-id is needed/,
    },
    {
      case: 'a secret that is not there',
      args: ['--http-url', 'http://127.0.0.1:1', '--secret-id', 'absent'],
      stderr: /^cannot read the secret: ResourceNotFoundException/,
    },
    {
      case: 'an API that does not answer',
      args: ['--http-url', 'http://127.0.0.1:1/', '--secret-id', secretId],
      stderr: /^http:\/\/127\.0\.0\.1:1 does not answer: /,
    },
  ];
  for (const { case: title, args, env, stderr } of wrong) {
    test(`refuses ${title}`, async () => {
      const result = await smoke(args, env);
      assert.equal(result.code, 2, result.stdout);
      assert.match(result.stderr, stderr);
    });
  }
});

/** Starts an HTTP API with the authorizer in front. */
async function startApi(fault: Fault): Promise<Server> {
  const { config } = readConfig({ secretId, denial: 'policy' }, (name) => name);
  const authorizer = startAuthorizer(config, [], {
    sourceOf: () => async () => ({ text: secret, versionId: undefined, createdAt: undefined }),
    write: () => {},
    clock: Date.now,
  });
  const allowed = new Set<string>();
  const api = createServer(async ({ headers }, response) => {
    const token = headers['approov-token'];
    if (typeof token !== 'string') {
      response.writeHead(fault === 'lets all pass' ? 200 : 401).end();
      return;
    }
    const answer = await authorizer({
      version: '2.0',
      type: 'REQUEST',
      routeArn: 'arn:aws:execute-api:eu-west-1:123456789012:api/$default/GET/',
      routeKey: 'GET /',
      headers: { 'approov-token': token },
      requestContext: { http: { method: 'GET', path: '/' }, stage: '$default', apiId: 'api', requestId: 'r' },
    });
    const isAllowed = JSON.stringify(answer).includes('"Effect":"Allow"');
    const isCached = fault === 'caches for ever' && allowed.has(token);
    if (isAllowed) {
      allowed.add(token);
    }
    const passes = isAllowed || isCached || fault === 'lets all pass';
    response.writeHead(passes ? 200 : 403).end(passes ? 'shapes' : '{"message":"Forbidden"}');
  }).listen(0, '127.0.0.1');
  await once(api, 'listening');
  return api;
}

suite('the report', () => {
  const cases: readonly { case: string; text: string; expected: string }[] = [
    { case: 'a token', text: 'eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjF9.c2ln', expected: '(token)' },
    { case: 'a secret', text: secret, expected: '(key)' },
    { case: 'an account number', text: 'account 123456789012 said', expected: 'account (account) said' },
    {
      case: 'an ARN',
      text: 'to arn:aws:execute-api:eu-west-1:123456789012:abc/dev/GET/ | 403',
      expected: 'to (ARN) | 403',
    },
    {
      case: 'the host of an API',
      text: 'abcdef1234.execute-api.eu-west-1.amazonaws.com says',
      expected: '(host) says',
    },
    {
      case: 'nothing else',
      text: '401 {} signature_mismatch stack approov-apigateway-dev',
      expected: '401 {} signature_mismatch stack approov-apigateway-dev',
    },
  ];
  for (const { case: title, text, expected } of cases) {
    test(`leaves out ${title}`, () => assert.equal(redacted(text), expected));
  }
});

suite('the address of a request', () => {
  const cases: readonly {
    case: string;
    url: string;
    emulator?: string;
    expected: string;
  }[] = [
    {
      case: 'an API on AWS',
      url: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello',
      expected: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello',
    },
    {
      case: 'the same in an emulator',
      url: 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello?a=b',
      emulator: 'http://127.0.0.1:4566/',
      expected: 'http://127.0.0.1:4566/_aws/execute-api/abc/dev/hello?a=b',
    },
    {
      case: 'a WebSocket in an emulator',
      url: 'wss://abc.execute-api.eu-west-1.amazonaws.com/dev',
      emulator: 'http://127.0.0.1:4566',
      expected: 'http://127.0.0.1:4566/_aws/execute-api/abc/dev',
    },
    {
      case: 'another URL with an emulator',
      url: 'http://localhost:3000/hello',
      emulator: 'http://127.0.0.1:4566',
      expected: 'http://localhost:3000/hello',
    },
  ];
  for (const { case: title, url, emulator, expected } of cases) {
    test(`of ${title}`, () => assert.equal(addressOf(url, emulator), expected));
  }
});
