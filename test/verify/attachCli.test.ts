import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { read, snippetsOf } from '../docs/markdown.ts';
import { type AttachPlan, attachPlan } from '../support/attachPlan.ts';
import { listening } from '../support/ports.ts';
import { type AwsAnswer, type AwsCall, awsCalls } from './awsCalls.ts';
import { startMinistack } from './ministackServer.ts';
import type { PythonServer } from './pythonServer.ts';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

const kinds = ['rest', 'http', 'websocket'] as const;
const logins = ['plain', 'login'] as const;
type Kind = (typeof kinds)[number];
const [toBack, wayBack] = read('docs/attach/cli.md').split(/(?=^## 5\.)/m) as [string, string];

/** The page's commands for one kind of API. Words after a block's language say what it is for, if not for all. */
function scriptOf(page: string, kind: Kind, login: string): string {
  const fits = (words: readonly string[], choices: readonly string[], chosen: string) =>
    words.includes(chosen) || !choices.some((choice) => words.includes(choice));
  return snippetsOf(page)
    .filter(
      ({ language, words }) => language === 'sh' && fits(words, kinds, kind) && fits(words, logins, login),
    )
    .map(({ text }) => text)
    .join('\n');
}

suite('docs/attach/cli.md, run by the AWS CLI against ministack', () => {
  let ministack: PythonServer;
  let folder: string;
  let pool: Awaited<ReturnType<typeof userPool>>;
  const backend = createServer((_request, response) => response.end('the backend'));
  let backendUrl: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'attach-'));
    ministack = await startMinistack();
    pool = await userPool();
    await writeFile(join(folder, 'login'), pool.accessToken);
    const exp = Math.floor(Date.now() / 1000) + 600;
    const [key, otherKey] = [randomBytes(64), randomBytes(64)];
    // Approov's command line, as far as the page uses it.
    const approov = `#!/bin/sh
case "$*" in
  'api -add api.example.com') ;;
  'secret -plain -get base64') echo ${key.toString('base64')} ;;
  'token -genExample api.example.com') echo ${mintToken({ claims: { exp, did: 'device' }, key })} ;;
  'token -type invalid -genExample api.example.com') echo ${mintToken({ claims: { exp }, key: otherKey })} ;;
  *) exit 64 ;;
esac
`;
    await writeFile(join(folder, 'approov'), approov);
    await chmod(join(folder, 'approov'), 0o755);
    backendUrl = `http://127.0.0.1:${await listening(backend)}/`;
    await aws('s3', 'create_bucket', {
      Bucket: 'packages',
      CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' },
    });
  });
  after(async () => {
    backend.close();
    await ministack?.stop();
    await rm(folder, { recursive: true });
  });

  const aws = async (...call: AwsCall) => (await awsCalls(ministack.endpoint, [call]))[0];

  /** A user pool of ministack's, with the access token of a user. */
  async function userPool() {
    const { UserPool } = await aws('cognito-idp', 'create_user_pool', { PoolName: 'users' });
    const { Id: UserPoolId, Arn } = UserPool;
    const { UserPoolClient } = await aws('cognito-idp', 'create_user_pool_client', {
      UserPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    });
    const { ClientId } = UserPoolClient;
    const [Username, Password] = ['alice', 'Wonderland-1865'];
    const [, , { AuthenticationResult }] = await awsCalls(ministack.endpoint, [
      ['cognito-idp', 'admin_create_user', { UserPoolId, Username }],
      ['cognito-idp', 'admin_set_user_password', { UserPoolId, Username, Password, Permanent: true }],
      [
        'cognito-idp',
        'admin_initiate_auth',
        {
          UserPoolId,
          ClientId,
          AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
          AuthParameters: { USERNAME: Username, PASSWORD: Password },
        },
      ],
    ]);
    return {
      id: UserPoolId as string,
      arn: Arn as string,
      issuer: `https://cognito-idp.eu-west-1.amazonaws.com/${UserPoolId}`,
      clientId: ClientId as string,
      accessToken: AuthenticationResult.AccessToken as string,
    };
  }

  /** An API with one route, whose login is checked by API Gateway's own authorizer. */
  async function existingApi(kind: Kind, hasLogin: boolean): Promise<string> {
    if (kind === 'rest') {
      const { id: restApiId } = await aws('apigateway', 'create_rest_api', { name: 'orders' });
      const { items } = await aws('apigateway', 'get_resources', { restApiId });
      const parent = { restApiId, parentId: items[0].id, pathPart: 'orders' };
      const { id: resourceId } = await aws('apigateway', 'create_resource', parent);
      const users = hasLogin
        ? await aws('apigateway', 'create_authorizer', {
            restApiId,
            name: 'users',
            type: 'COGNITO_USER_POOLS',
            providerARNs: [pool.arn],
            identitySource: 'method.request.header.Authorization',
          })
        : undefined;
      const login = users && { authorizationType: 'COGNITO_USER_POOLS', authorizerId: users.id };
      const target = { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: backendUrl };
      for (const httpMethod of ['GET', 'POST']) {
        const method = { restApiId, resourceId, httpMethod };
        await aws('apigateway', 'put_method', { ...method, authorizationType: 'NONE', ...login });
        await aws('apigateway', 'put_integration', { ...method, ...target });
      }
      await aws('apigateway', 'create_deployment', { restApiId, stageName: 'prod' });
      return restApiId;
    }
    const RouteSelectionExpression =
      kind === 'http' ? '$request.method $request.path' : '$request.body.action';
    const api = { Name: 'orders', ProtocolType: kind.toUpperCase(), RouteSelectionExpression };
    const { ApiId } = await aws('apigatewayv2', 'create_api', api);
    const integration =
      kind === 'http'
        ? {
            IntegrationType: 'HTTP_PROXY',
            IntegrationMethod: 'GET',
            IntegrationUri: backendUrl,
            PayloadFormatVersion: '1.0',
          }
        : { IntegrationType: 'MOCK' };
    const { IntegrationId } = await aws('apigatewayv2', 'create_integration', { ApiId, ...integration });
    const { issuer, clientId } = pool;
    const users = hasLogin
      ? await aws('apigatewayv2', 'create_authorizer', {
          ApiId,
          Name: 'users',
          AuthorizerType: 'JWT',
          IdentitySource: ['$request.header.Authorization'],
          JwtConfiguration: { Issuer: issuer, Audience: [clientId] },
        })
      : undefined;
    for (const RouteKey of kind === 'http' ? ['GET /orders', 'POST /orders'] : ['$connect']) {
      await aws('apigatewayv2', 'create_route', {
        ApiId,
        RouteKey,
        Target: `integrations/${IntegrationId}`,
        ...(users && { AuthorizationType: 'JWT', AuthorizerId: users.AuthorizerId }),
      });
    }
    await aws('apigatewayv2', 'create_stage', { ApiId, StageName: 'prod', AutoDeploy: true });
    return ApiId;
  }

  /** Who may call each route of an API. An authorizer's id counts only where the type is not NONE. */
  async function routesOf(kind: Kind, id: string): Promise<readonly string[]> {
    if (kind !== 'rest') {
      const { Items } = await aws('apigatewayv2', 'get_routes', { ApiId: id });
      return Items.map(({ RouteKey, AuthorizationType = 'NONE', AuthorizerId }: AwsAnswer) =>
        [RouteKey, AuthorizationType, AuthorizationType === 'NONE' ? '' : AuthorizerId].join(),
      ).sort();
    }
    const { items } = await aws('apigateway', 'get_resources', { restApiId: id, embed: ['methods'] });
    const methods = items.flatMap(({ resourceMethods = {} }) => Object.values<AwsAnswer>(resourceMethods));
    return methods
      .map(({ httpMethod, authorizationType, authorizerId }: AwsAnswer) =>
        [httpMethod, authorizationType, authorizationType === 'NONE' ? '' : authorizerId].join(),
      )
      .sort();
  }

  /** Runs commands as a reader would, with the reader's own names filled in. */
  async function run(script: string, name: string, id: string): Promise<string> {
    const own: readonly [string | RegExp, string][] = [
      ['npm ci && npm run build', 'true'], // done by npm run verify
      ['STACK=approov-authorizer BUCKET=YOUR-BUCKET', `STACK=${name} BUCKET=packages`],
      [/YOUR-\w+-API-ID/g, id],
      ['eu-west-1_EXAMPLE', pool.id],
      ['YOUR-APP-CLIENT-ID', pool.clientId],
      ['https://api.example.com/', `${ministack.endpoint}/_aws/execute-api/${id}/prod/`],
      [/ACCESS-TOKEN-FILE/g, join(folder, 'login')],
      // ministack has no TestInvokeAuthorizer: testInvoke.test.ts runs this command.
      [/^npm run -s smoke -- --rest-api .*$/gm, 'true'],
    ];
    const text = own.reduce((so, [from, to]) => so.replaceAll(from as string, to), script);
    const path = [folder, dirname(pythonTool('aws')), dirname(process.execPath), process.env.PATH];
    const { stdout } = await runTool('bash', ['-euo', 'pipefail', '-c', text], {
      cwd: root,
      env: { ...offline, AWS_ENDPOINT_URL: ministack.endpoint, AWS_PAGER: '', PATH: path.join(delimiter) },
    });
    return stdout;
  }

  /** What the reader cannot see: the authorizer and the responses as they are now, each after a line of its own. */
  const probes = {
    rest: `aws apigateway get-authorizer --rest-api-id "$REST_API" --authorizer-id "$AUTHORIZER"
echo @@@; aws apigateway get-gateway-responses --rest-api-id "$REST_API"`,
    http: 'aws apigatewayv2 get-authorizer --api-id "$HTTP_API" --authorizer-id "$AUTHORIZER"',
    websocket: 'aws apigatewayv2 get-authorizer --api-id "$WEBSOCKET_API" --authorizer-id "$AUTHORIZER"',
  };

  for (const { kind, login, statuses } of [
    { kind: 'rest', login: 'plain', statuses: ['200', '401', '401'] },
    { kind: 'rest', login: 'login', statuses: ['200', '401', '401'] },
    { kind: 'http', login: 'plain', statuses: ['200', '403', '401'] },
    { kind: 'http', login: 'login', statuses: ['200', '403', '401'] },
    // The page has no requests for it: curl does not speak it.
    { kind: 'websocket', login: 'plain', statuses: [] },
  ] as const) {
    test(`${kind}, ${login}: attached, checked and back again`, async () => {
      const id = await existingApi(kind, login === 'login');
      const before = await routesOf(kind, id);
      const back = kind === 'websocket' ? '' : scriptOf(wayBack, kind, login);
      const script = [scriptOf(toBack, kind, login), probes[kind], back].join('\necho @@@\n');
      const stdout = await run(script, `${kind}-${login}`, id);
      const [seen = '', authorizer = '', responses = ''] = stdout.split('@@@\n');

      assert.match(seen, /"Effect": "Deny".*"reason": "signature_mismatch"/);
      const answers = [...seen.matchAll(/HTTP\/1\.1 (\d{3})[\s\S]*?\r?\n\r?\n(.*?)(?=HTTP\/1|API |\n|$)/g)];
      assert.deepEqual(
        answers.map(([, status]) => status),
        statuses,
      );
      const plan = attachPlan(login === 'login');
      checkAuthorizer(JSON.parse(authorizer), kind, plan);
      if (kind === 'rest') {
        const bodies = answers.map(([, , body]) => body);
        assert.deepEqual(bodies, ['the backend', '{}', '{}']);
        checkResponses(JSON.parse(responses).items, plan);
      }
      if (back !== '') assert.deepEqual(await routesOf(kind, id), before);
    });
  }
});

const selectors = {
  rest: 'method.request.header.',
  http: '$request.header.',
  websocket: 'route.request.header.',
};

function checkAuthorizer(authorizer: AwsAnswer, kind: Kind, plan: AttachPlan): void {
  const { identitySource, IdentitySource = identitySource.split(',') } = authorizer;
  const headers = kind === 'websocket' ? plan.webSocketHeaders : plan.headers;
  assert.deepEqual(
    IdentitySource,
    headers.map((name) => selectors[kind] + name),
  );
  const { authorizerResultTtlInSeconds, AuthorizerResultTtlInSeconds = authorizerResultTtlInSeconds } =
    authorizer;
  if (kind !== 'websocket') assert.equal(AuthorizerResultTtlInSeconds, plan.ttlSeconds);
  if (kind !== 'http') return;
  assert.equal(authorizer.AuthorizerPayloadFormatVersion, '2.0');
  assert.equal(authorizer.EnableSimpleResponses, plan.isSimpleResponse);
}

function checkResponses(items: readonly AwsAnswer[], plan: AttachPlan): void {
  const set = items.filter(({ defaultResponse }) => !defaultResponse);
  assert.deepEqual(
    set
      .map(({ responseType, statusCode, responseTemplates }) => [responseType, statusCode, responseTemplates])
      .sort(),
    plan.gatewayResponses.map(({ type, status, templates }) => [type, status, templates]).sort(),
  );
}
