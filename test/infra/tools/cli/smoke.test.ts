import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { after, before, suite, test } from 'node:test';
import { addressOf } from '../../../../infra/tools/smoke/target.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import { startAuthorizer } from '../../../../src/start.ts';
import { eventOf, sent } from '../../../cases/eventOf.ts';
import { listening } from '../../../support/ports.ts';
import { sourceOf } from '../../../support/secrets.ts';
import { startTestInvokeStandIn, type TestInvokeOptions } from '../../../support/testInvokeStandIn.ts';
import { command } from '../../support/command.ts';

const secret = Buffer.alloc(64, 'smoke').toString('base64');
const secretId = 'smoke-secret';
/** What a backend of the user answers. */
const ownBody = '{"message":"Acme Corp: 7 shapes for alice@example.com"}';

suite('npm run smoke', { concurrency: 6 }, () => {
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
  /** The rows that differ, and the report. */
  const resultOf = async (name: string, args: readonly string[], env: Record<string, string> = {}) => {
    const file = `${folder}/${name}.md`;
    const result = await smoke([...args, '--report', file], env);
    const differing = result.stdout.split('\n').filter((line) => line.endsWith('DIFFERS'));
    return { ...result, differing, report: readFileSync(file, 'utf8') };
  };

  const backends: readonly { letsAllPass: boolean; differing: RegExp[] }[] = [
    { letsAllPass: false, differing: [] },
    {
      letsAllPass: true,
      differing: [/expired token/, /forged token/, /unsigned token/, /malformed/, /missing/, /an Allow ends/],
    },
  ];
  for (const { letsAllPass, differing } of backends) {
    test(`an API of one's own that ${letsAllPass ? 'lets all pass' : 'is right'}`, async () => {
      const api = createServer(async ({ headers }, response) => {
        const token = String(headers['approov-token'] ?? '');
        const isAllowed = letsAllPass || (token !== '' && (await allows(token)));
        response
          .writeHead(isAllowed ? 200 : token === '' ? 401 : 403)
          .end(isAllowed ? ownBody : '{"message":"Forbidden"}');
      });
      const url = `http://127.0.0.1:${await listening(api)}/shapes`;
      const result = await resultOf(`api-${letsAllPass}`, ['--secret-id', secretId, '--http-url', url]);
      api.close();
      assert.equal(result.code, letsAllPass ? 1 : 0, result.stdout + result.stderr);
      assert.equal(result.differing.length, differing.length, result.differing.join('\n'));
      for (const [index, pattern] of differing.entries())
        assert.match(result.differing[index] ?? '', pattern);
      assert.match(
        result.report,
        new RegExp(`^Smoke test of .*: given URLs, eu-west-1.\n.*, ${differing.length} different, `),
      );
      assert.match(result.report, /body of \d+ characters/);
      for (const own of [/eyJ|[A-Za-z0-9+/]{60}/, /Acme/, /shapes/, /127\.0\.0\.1/, new RegExp(secretId)]) {
        assert.doesNotMatch(result.report, own);
      }
    });
  }

  const authorizers: readonly [
    title: string,
    differing: RegExp[],
    shown: RegExp | undefined,
    more?: { options?: Partial<TestInvokeOptions>; args?: string[] },
  ][] = [
    ['is right', [], /^REST +valid token +Allow until its token ends +Allow until .* ok$/m],
    [
      'has bound tokens',
      [],
      /^REST +bound token, other user +Deny +Deny +ok$/m,
      {
        options: {
          variables: { APPROOV_BINDING_HEADERS: 'Authorization' },
          identitySource: 'method.request.header.Approov-Token,method.request.header.Authorization',
        },
      },
    ],
    [
      'throws Unauthorized',
      [],
      /^REST +expired token +401 +401 +ok$/m,
      { options: { variables: { APPROOV_DENIAL: 'unauthorized' } } },
    ],
    [
      'only reports',
      [],
      /^REST +expired token +Allow without end +Allow without end +ok$/m,
      { options: { variables: { APPROOV_MODE: 'report-only' } } },
    ],
    [
      'has no identity source',
      [],
      /^REST +missing token +Deny +Deny +ok$/m,
      { options: { identitySource: '' } },
    ],
    [
      'lets all pass',
      [/expired/, /forged/, /unsigned/, /malformed/],
      undefined,
      { options: { fault: 'allows all' } },
    ],
    ['lets nothing pass', [/valid token/], undefined, { options: { fault: 'denies all' } }],
    ['has no end in its policy', [/Allow without end/], undefined, { options: { fault: 'allows for ever' } }],
    [
      'has another secret',
      [/valid token.*Deny/],
      undefined,
      { options: { secret: Buffer.alloc(64, 1).toString('base64') } },
    ],
    [
      'may not be invoked',
      [/valid/, /expired/, /forged/, /unsigned/, /malformed/],
      undefined,
      { options: { fault: 'fails' } },
    ],
    [
      'is asked without its identity source',
      [/missing token +401 +Deny/],
      undefined,
      { options: { fault: 'asks without identity source' } },
    ],
  ];
  for (const [title, differing, shown, { options = {} } = {}] of authorizers) {
    test(`an authorizer that ${title}, before a route has it`, async () => {
      const variables = { APPROOV_SECRET_ID: secretId, APPROOV_DENIAL: 'policy', ...options.variables };
      const standIn = await startTestInvokeStandIn({ secret, ...options, variables });
      const args = ['--rest-api', 'abc123', '--authorizer', 'def456'];
      const result = await resultOf(title.replaceAll(' ', '-'), args, standIn.environment);
      standIn.close();
      assert.equal(result.code, differing.length > 0 ? 1 : 0, result.stdout + result.stderr);
      assert.equal(result.differing.length, differing.length, result.stdout);
      for (const [index, pattern] of differing.entries())
        assert.match(result.differing[index] ?? '', pattern);
      if (shown !== undefined) assert.match(result.stdout, shown);
      assert.match(result.stdout, /does not show: the context that the backend gets; caching/);
      assert.match(result.report, /^Smoke test of .*: an authorizer, eu-west-1\.$/m);
      assert.doesNotMatch(result.report, /abc123|def456|123456789012|eyJ/);
    });
  }

  test('--dry-run says what would be called, and calls nothing', async () => {
    const standIn = await startTestInvokeStandIn({ secret, variables: { APPROOV_SECRET_ID: secretId } });
    const args = ['--rest-api', 'abc123', '--authorizer', 'def456', '--dry-run', '--region', 'us-gov-west-1'];
    const unreachable = { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:1' };
    const { code, stdout } = await smoke(args, { ...standIn.environment, ...unreachable });
    standIn.close();
    assert.equal(code, 0);
    for (const operation of [
      'GetAuthorizer',
      'GetFunctionConfiguration',
      'GetSecretValue',
      'TestInvokeAuthorizer',
    ]) {
      assert.match(stdout, new RegExp(`^ {2}${operation} `, 'm'));
    }
    assert.match(
      stdout,
      /arn:aws-us-gov:apigateway:us-gov-west-1::\/restapis\/abc123\/authorizers\/def456$/m,
    );
    assert.match(stdout, /valid token; expired token; forged token/);
    assert.deepEqual(standIn.calls, []);
  });

  const wrong: readonly [
    title: string,
    args: string[],
    stderr: RegExp,
    more?: { env?: Record<string, string> },
  ][] = [
    [
      'an authorizer that checks users, without a user',
      ['--http-url', 'http://127.0.0.1:1/', '--secret-id', secretId],
      /^the authorizer checks users too: give one's token with --user-token-file FILE\n$/,
      {
        env: {
          APPROOV_USER_AUTH: 'jwt',
          APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_example',
          APPROOV_USER_AUDIENCE: 'app',
        },
      },
    ],
    ['nothing to try', [], /^give --stage, --stack, URLs, or/],
    ['an API without authorizer', ['--rest-api', 'a'], /^--rest-api and --authorizer go together/],
    ['a stack and an authorizer', ['--stage', 'a', '--authorizer', 'b'], /go together/],
    ['a dry run of a stack', ['--stage', 'a', '--dry-run'], /^--dry-run goes with --rest-api/],
    ['a wait that is no number', ['--stage', 'a', '--metrics-wait', 'x'], /^--metrics-wait must/],
    ['two things to try', ['--stage', 'a', '--stack', 'b'], /^give --stage/],
    ['a URL that is none', ['--rest-url', 'hello'], /^--rest-url must be/],
    ['a WebSocket URL of HTTP', ['--websocket-url', 'https://a'], /^--websocket-url must be/],
    ['URLs without a secret', ['--http-url', 'http://127.0.0.1:1'], /^--secret-id is needed/],
    [
      'a secret that is not there',
      ['--http-url', 'http://127.0.0.1:1', '--secret-id', 'absent'],
      /^cannot read the secret: ResourceNotFoundException/,
    ],
    [
      'an API that does not answer',
      ['--http-url', 'http://127.0.0.1:1/', '--secret-id', secretId],
      /^http:\/\/127\.0\.0\.1:1 does not answer: /,
    ],
  ];
  for (const [title, args, stderr, { env } = {}] of wrong) {
    test(`refuses ${title}`, async () => {
      const result = await smoke(args, env);
      assert.equal(result.code, 2, result.stdout);
      assert.match(result.stderr, stderr);
    });
  }
});

/** Whether the authorizer lets a token through. */
async function allows(token: string): Promise<boolean> {
  const { config } = readConfig({ secretId, denial: 'policy' }, (name) => name);
  const authorizer = startAuthorizer(config, [], {
    sourceOf: () => sourceOf(secret),
    write: () => {},
  });
  const answer = await authorizer(eventOf.rest(sent(token)));
  return JSON.stringify(answer).includes('"Effect":"Allow"');
}

suite('the address of a request', () => {
  const cases: readonly [title: string, url: string, expected: string, more?: { emulator?: string }][] = [
    [
      'an API on AWS',
      'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello',
      'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello',
    ],
    [
      'the same in an emulator',
      'https://abc.execute-api.eu-west-1.amazonaws.com/dev/hello?a=b',
      'http://127.0.0.1:4566/_aws/execute-api/abc/dev/hello?a=b',
      { emulator: 'http://127.0.0.1:4566/' },
    ],
    [
      'a WebSocket in an emulator',
      'wss://abc.execute-api.eu-west-1.amazonaws.com/dev',
      'http://127.0.0.1:4566/_aws/execute-api/abc/dev',
      { emulator: 'http://127.0.0.1:4566' },
    ],
    [
      'another URL with an emulator',
      'http://localhost:3000/hello',
      'http://localhost:3000/hello',
      { emulator: 'http://127.0.0.1:4566' },
    ],
  ];
  for (const [title, url, expected, { emulator } = {}] of cases) {
    test(`of ${title}`, () => assert.equal(addressOf(url, emulator), expected));
  }
});
