import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { type DecisionLog, readDecisionLog } from '../../infra/tools/smoke/decisionLog.ts';
import { type Answer, send } from '../../infra/tools/smoke/send.ts';
import { stackTarget } from '../../infra/tools/smoke/stackTarget.ts';
import { type ApiKind, addressOf, type SmokeTarget } from '../../infra/tools/smoke/target.ts';
import { command } from '../infra/support/command.ts';
import { factsOfStack, statusIn } from '../live/facts.ts';
import { type AwsCall, awsCalls } from './awsCalls.ts';
import { startMinistack } from './ministackServer.ts';
import type { PythonServer } from './pythonServer.ts';
import { runTool } from './runTool.ts';
import { offline, root } from './tools.ts';

const stack = 'approov-apigateway-dev';
const authorizer = `${stack}-authorizer`;
const kinds = ['rest', 'http', 'websocket'] as const;
const [first, second, stranger] = [randomBytes(64), randomBytes(64), randomBytes(64)];
const minutes = () => Math.floor(Date.now() / 1000) + 300;
/** Header to which the tokens are bound. */
const user = { Authorization: 'Bearer user-1' };
let devices = 0;

/** A bound token of its own, which no answer was cached for. */
function token(key: Uint8Array, claims: object = {}): string {
  devices += 1;
  const pay = tokenBinding(user.Authorization);
  return mintToken({ claims: { exp: minutes(), did: `device-${devices}`, pay, ...claims }, key });
}

/**
 * The stack of serverless.yml in another implementation of API Gateway than this project's model, which runs the packaged
 * functions under the rights of their roles.
 */
suite('serverless deploy into ministack', () => {
  let ministack: PythonServer;
  let target: SmokeTarget;

  const aws = async (...call: AwsCall) => (await awsCalls(ministack.endpoint, [call]))[0];
  const tool = (script: string, args: readonly string[], input?: string) =>
    runTool(process.execPath, [`${root}${script}`, ...args], {
      cwd: root,
      env: { ...offline, AWS_ENDPOINT_URL: ministack.endpoint },
      ...(input !== undefined && { input }),
    });
  const putSecret = (key: Buffer) =>
    tool('infra/tools/cli/secret.ts', ['--stage', 'dev'], key.toString('base64'));

  async function request(kind: ApiKind, value: string | undefined, method = 'GET'): Promise<Answer> {
    const url = target.apis.find((api) => api.kind === kind)?.url ?? '';
    const headers = value === undefined ? user : { ...user, 'Approov-Token': value };
    return send({ method, url, headers }, addressOf(url, ministack.endpoint));
  }

  /** Statuses of the three kinds of API for a token of its own each. */
  const statuses = async (make: () => string | undefined) =>
    Object.fromEntries(
      await Promise.all(kinds.map(async (kind) => [kind, (await request(kind, make())).status])),
    );
  const everywhere = (status: number) => ({ rest: status, http: status, websocket: status });
  const allowed = { rest: 200, http: 200, websocket: 101 };
  const refused = { rest: 401, http: 403, websocket: 403 };

  async function log(since: number): Promise<DecisionLog> {
    const found = await readDecisionLog({ ...target, region: offline.AWS_REGION }, since, []);
    assert.ok(found, 'the log cannot be read');
    return found;
  }

  /** A changed variable starts new environments. */
  async function startAnew(change: Readonly<Record<string, string>> = {}): Promise<void> {
    const FunctionName = authorizer;
    const { Environment } = await aws('lambda', 'get_function_configuration', { FunctionName });
    const Variables = { ...Environment.Variables, STARTED_ANEW: String(Date.now()), ...change };
    await aws('lambda', 'update_function_configuration', { FunctionName, Environment: { Variables } });
  }

  before(async () => {
    ministack = await startMinistack();
    // What the tools of infra/smoke read here, as in a process of their own.
    Object.assign(process.env, offline, { AWS_ENDPOINT_URL: ministack.endpoint });
    await runTool(
      `${root}node_modules/.bin/serverless`,
      ['deploy', '--param=websocket=on', '--param=APPROOV_BINDING_HEADERS=Authorization'],
      { cwd: root },
    );
    target = await stackTarget(stack, offline.AWS_REGION);
  });

  after(() => ministack?.stop());

  test('the three APIs are found by the outputs of the stack', () => {
    assert.deepEqual(
      target.apis.map(({ kind }) => kind),
      kinds,
    );
  });

  test('without a secret every API fails with 500, and refuses nobody', async () => {
    assert.deepEqual(await statuses(() => token(first)), everywhere(500));
    assert.equal((await request('rest', token(first))).body, '{}');
  });

  test('works soon after npm run secret', async () => {
    await putSecret(first);
    await eventually(async () => assert.deepEqual(await statuses(() => token(first)), allowed));
  });

  test('after a rotation both secrets are good at once', async () => {
    await putSecret(second);
    assert.deepEqual(await statuses(() => token(second)), allowed);
    assert.deepEqual(await statuses(() => token(first)), allowed);
  });

  const kindsOfToken: readonly { case: string; make: () => string | undefined; expected: object }[] = [
    { case: 'a valid token', make: () => token(second), expected: allowed },
    { case: 'an expired token', make: () => token(second, { exp: minutes() - 600 }), expected: refused },
    { case: 'a token of another secret', make: () => token(stranger), expected: refused },
    {
      case: 'a token without a signature',
      make: () => mintToken({ claims: { exp: minutes() }, algorithm: 'none' }),
      expected: refused,
    },
    {
      case: 'a token bound to another user',
      make: () => token(second, { pay: tokenBinding('Bearer user-2') }),
      expected: refused,
    },
    { case: 'a token that is not bound', make: () => token(second, { pay: undefined }), expected: refused },
    { case: 'a malformed token', make: () => 'not.a.token', expected: refused },
    { case: 'no header', make: () => undefined, expected: everywhere(401) },
  ];
  for (const { case: title, make, expected } of kindsOfToken) {
    test(`answers ${title}`, async () => assert.deepEqual(await statuses(make), expected));
  }

  const tokensOfFacts = { good: () => token(second), forged: () => token(stranger), none: () => undefined };
  for (const fact of factsOfStack(['rest', 'http2'])) {
    test(`answers as AWS does, or differs as it is known to: ${fact.fact}`, async () => {
      const { status } = await request(fact.kind === 'rest' ? 'rest' : 'http', tokensOfFacts[fact.token]());
      assert.equal(status, statusIn(fact, 'ministack'));
    });
  }

  test('a cached Allow is good for every method, and ends with its token', async () => {
    await Promise.all(
      (['rest', 'http'] as const).map(async (kind) => {
        const since = Date.now();
        const exp = Math.floor(since / 1000) + 5;
        const value = token(second, { exp });
        assert.equal((await request(kind, value)).status, 200, kind);
        assert.equal((await request(kind, value, 'POST')).status, 200, kind);
        await sleep(exp * 1000 + 1_100 - Date.now());
        assert.equal((await request(kind, value)).status, refused[kind], kind);
        assert.deepEqual(
          (await log(since)).decisions(kind, value),
          ['allow'],
          'the authorizer was asked once',
        );
      }),
    );
  });

  test('a Deny is cached', async () => {
    for (const kind of ['rest', 'http'] as const) {
      const since = Date.now();
      const value = token(stranger);
      assert.equal((await request(kind, value)).status, refused[kind]);
      assert.equal((await request(kind, value)).status, refused[kind]);
      assert.deepEqual((await log(since)).decisions(kind, value), ['signature_mismatch']);
    }
  });

  test('without the right to read the secret a new environment fails with 500, and no failure is cached', async () => {
    const { Role } = await aws('lambda', 'get_function_configuration', { FunctionName: authorizer });
    const RoleName = Role.split('/').at(-1);
    const PolicyName = 'read-the-secret';
    const { PolicyDocument } = await aws('iam', 'get_role_policy', { RoleName, PolicyName });
    await aws('iam', 'delete_role_policy', { RoleName, PolicyName });
    assert.deepEqual(await statuses(() => token(second)), allowed, 'the secret in hand serves on');
    await startAnew();
    const value = token(second);
    assert.deepEqual(await statuses(() => value), everywhere(500));
    const restored = { RoleName, PolicyName, PolicyDocument: JSON.stringify(PolicyDocument) };
    await aws('iam', 'put_role_policy', restored);
    await eventually(async () => assert.deepEqual(await statuses(() => value), allowed));
  });

  const smoke = async () => {
    const args = ['--stage', 'dev', '--report', '.cache/smoke-ministack.md', '--metrics-wait', '1'];
    const { code, stdout } = await command('infra/tools/cli/smoke.ts', args, '', {
      ...offline,
      AWS_ENDPOINT_URL: ministack.endpoint,
    });
    const differing = stdout.split('\n').filter((line) => line.endsWith('DIFFERS'));
    assert.equal(code, differing.length > 0 ? 1 : 0, stdout);
    assert.doesNotMatch(stdout, /no line/);
    return { differing, stdout };
  };
  /** ministack keeps metric filters and counts nothing, so that this counts for it. */
  const countDecisions = () =>
    awsCalls(
      ministack.endpoint,
      kinds.flatMap((kind) =>
        ['allow', 'deny'].map(
          (decision): AwsCall => [
            'cloudwatch',
            'put_metric_data',
            {
              Namespace: `Approov/${stack}`,
              MetricData: [
                {
                  MetricName: 'DecisionsByApiType',
                  Dimensions: [
                    { Name: 'ApiType', Value: kind },
                    { Name: 'Decision', Value: decision },
                  ],
                  Value: 1000,
                },
              ],
            },
          ],
        ),
      ),
    );

  test('npm run smoke finds no difference but that nothing is counted', async (test) => {
    const { differing, stdout } = await smoke();
    assert.equal(differing.length, 3, stdout);
    for (const line of differing) assert.match(line, /the metric filters count the decisions/);
    const report = await readFile(`${root}.cache/smoke-ministack.md`, 'utf8');
    assert.doesNotMatch(report, new RegExp(`${stack}|127\\.0\\.0\\.1|\\d{12}|eyJ`));
    test.diagnostic(stdout);
  });

  test('npm run smoke finds the counts, and an ARC that a gateway response does not show', async () => {
    const { items } = await aws('apigateway', 'get_rest_apis', {});
    const restApiId = items[0].id;
    const show = (template: string) =>
      awsCalls(ministack.endpoint, [
        [
          'apigateway',
          'put_gateway_response',
          {
            restApiId,
            responseType: 'ACCESS_DENIED',
            statusCode: '401',
            responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
            responseTemplates: { 'application/json': template },
          },
        ],
        ['apigateway', 'create_deployment', { restApiId, stageName: 'dev' }],
      ]);
    await startAnew({ APPROOV_DENIAL_ARC: 'on' });
    await show('{"arc":"$context.authorizer.arc"}');
    await countDecisions();
    const { differing, stdout } = await smoke();
    // ministack shows the template as it is.
    assert.equal(differing.length, 1, stdout);
    assert.match(differing[0] ?? '', /the gateway response shows an ARC/);
    await show('{}');
    await startAnew({ APPROOV_DENIAL_ARC: 'off' });
  });

  suite('differs from AWS where it is known to', () => {
    test('a REST event has no request id, and there are no access logs', async () => {
      const since = Date.now();
      await request('rest', token(second));
      const lines = await logLines(since);
      const [line] = lines.filter(({ apiType }) => apiType === 'rest');
      assert.ok(line !== undefined && !('requestId' in line));
      assert.deepEqual(
        lines.filter((one) => 'status' in one),
        [],
      );
    });

    test('a thrown Unauthorized is a 401 on REST APIs alone, elsewhere a 500', async () => {
      await startAnew({ APPROOV_DENIAL: 'unauthorized' });
      assert.deepEqual(await statuses(() => token(stranger)), { rest: 401, http: 500, websocket: 500 });
      await startAnew({ APPROOV_DENIAL: 'policy' });
    });
  });

  async function logLines(startTime: number): Promise<readonly Record<string, unknown>[]> {
    const answers = await awsCalls(
      ministack.endpoint,
      target.logGroups.map((logGroupName) => ['logs', 'filter_log_events', { logGroupName, startTime }]),
    );
    return answers
      .flatMap(({ events }) => events)
      .filter(({ message }) => message.startsWith('{'))
      .map(({ message }) => JSON.parse(message));
  }
});

/** Tries again for 10 s: the authorizer asks for a secret it failed to get after a pause. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await check();
    } catch (error) {
      if (attempt === 20) {
        throw error;
      }
      await sleep(500);
    }
  }
}
