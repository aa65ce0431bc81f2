import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { read, snippetsOf } from '../../../test/docs/markdown.ts';
import { attachPlan } from '../../../test/support/attachPlan.ts';
import { runTool } from '../../../test/verify/runTool.ts';
import { root } from '../../../test/verify/tools.ts';
import { cdk } from './packedConstruct.ts';

const page = read('docs/attach/cdk.md');
const snippets = snippetsOf(page).filter(({ language }) => language === 'ts');
const folder = `${cdk}dist/attachPage`;

/** What the page's reader has besides the API. */
const yours = `
import { Stack } from 'aws-cdk-lib';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';

const userPool = new UserPool(this, 'Pool');
const appClient = userPool.addClient('App');
const backend = new LambdaFunction(this, 'Backend', {
  code: Code.fromInline('exports.handler = () => {}'),
  handler: 'index.handler',
  runtime: Runtime.NODEJS_20_X,
});
`;

const logins = [
  { name: 'without a login', word: 'plain', plan: attachPlan(false) },
  { name: 'with a login', word: 'login', plan: attachPlan(true) },
] as const;
const attached = ['function', 'check', 'after'] as const;

/** The stacks that the page makes, each by what its snippets are for. */
const stages = {
  before: ['before'],
  unattached: ['function', 'check', 'before'],
  after: attached,
  both: [...attached, 'both'],
  whole: [...attached, 'whole'],
  openapi: ['before', 'function', 'openapi'],
} as const;
type Stage = keyof typeof stages;

suite('docs/attach/cdk.md', () => {
  before(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    for (const { word } of logins) {
      for (const stage of Object.keys(stages) as Stage[]) {
        await writeFile(`${folder}/${word}-${stage}.mts`, moduleOf(word, stages[stage]));
      }
    }
  });

  test('has snippets that compile', async () => {
    const options = '--ignoreConfig --noEmit --strict --skipLibCheck --module nodenext --types node';
    const types = ['--typeRoots', `${root}node_modules/@types`];
    const files = logins.flatMap(({ word }) =>
      Object.keys(stages).map((stage) => `${folder}/${word}-${stage}.mts`),
    );
    await runTool(`${root}node_modules/.bin/tsc`, [...options.split(' '), ...types, ...files], { cwd: cdk });
  });

  test('gives routes before the login a function that checks no login', async () => {
    const both = ofType(await resourcesOf('login', 'both'), 'AWS::ApiGateway::Authorizer');
    assert.deepEqual(both.map(({ IdentitySource }) => IdentitySource).sort(), [
      'method.request.header.Approov-Token',
      'method.request.header.Approov-Token,method.request.header.Authorization',
    ]);
  });

  for (const { name, word, plan } of logins) {
    const stack = (stage: Stage) => resourcesOf(word, stage);

    test(`shows the identity sources and the cache time of the plan, ${name}`, () => {
      const [, rest, http, webSocket, cache] =
        page
          .split('\n')
          .find((line) => line.startsWith(`| ${name} | \`method.`))
          ?.split('|')
          .slice(1) ?? [];
      const sources = (cell: string | undefined) =>
        [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, text]) => text);
      assert.deepEqual(sources(rest), named('method.', plan.headers));
      assert.deepEqual(sources(http), named('$', plan.headers));
      assert.deepEqual(sources(webSocket), named('route.', plan.webSocketHeaders));
      assert.match(cache ?? '', new RegExp(`^ ${plan.ttlSeconds} seconds`));
    });

    test(`begins with the authorizers that the page names, ${name}`, async () => {
      const types = authorizationsOf(await stack('before'));
      const expected = word === 'login' ? ['COGNITO_USER_POOLS', 'JWT'] : ['NONE', 'NONE', 'NONE'];
      assert.deepEqual(types, expected);
    });

    test(`makes function and authorizer without touching a route, ${name}`, async () => {
      const [old, unattached] = [await stack('before'), await stack('unattached')];
      for (const { id, type, properties } of old.filter(
        (one) => one.type !== 'AWS::ApiGateway::Deployment',
      )) {
        // The stage has another deployment, which has the gateway responses.
        if (type === 'AWS::ApiGateway::Stage') continue;
        assert.deepEqual(unattached.find((one) => one.id === id)?.properties, properties, id);
      }
      assert.deepEqual(restAuthorizerOf(unattached), {
        Type: 'REQUEST',
        IdentitySource: named('method.', plan.headers).join(','),
        AuthorizerResultTtlInSeconds: plan.ttlSeconds,
      });
      assertGatewayResponses(unattached);
    });

    test(`ends with authorizers, rights and gateway responses of the plan, ${name}`, async () => {
      const after = await stack('after');
      assert.deepEqual(restAuthorizerOf(after), {
        Type: 'REQUEST',
        IdentitySource: named('method.', plan.headers).join(','),
        AuthorizerResultTtlInSeconds: plan.ttlSeconds,
      });
      const [http, webSocket] = ofType(after, 'AWS::ApiGatewayV2::Authorizer');
      assert.partialDeepStrictEqual(http, {
        AuthorizerType: 'REQUEST',
        IdentitySource: named('$', plan.headers),
        AuthorizerResultTtlInSeconds: plan.ttlSeconds,
        AuthorizerPayloadFormatVersion: '2.0',
        EnableSimpleResponses: plan.isSimpleResponse,
      });
      if (word === 'plain') {
        assert.deepEqual(webSocket?.IdentitySource, named('route.', plan.webSocketHeaders));
      }
      assert.ok(authorizationsOf(after).every((type) => type === 'CUSTOM'));
      assertGatewayResponses(after);
      assertPermissions(after, word === 'plain' ? 3 : 2);
      const authorizer = ofType(after, 'AWS::Lambda::Function').find((one) => one.Environment);
      assert.deepEqual(
        Object.keys(authorizer?.Environment.Variables).sort(),
        ['APPROOV_SECRET_ID', ...Object.keys(plan.environment)].sort(),
      );
      const [policy] = ofType(after, 'AWS::IAM::Policy');
      const actions = policy?.PolicyDocument.Statement.map(({ Action }: Value) => Action);
      assert.deepEqual(actions, [
        ['logs:CreateLogStream', 'logs:PutLogEvents'],
        'secretsmanager:GetSecretValue',
      ]);
    });

    test(`keeps what the API has but for the old authorizers and the deployment, ${name}`, async () => {
      const [old, after] = [await stack('before'), await stack('after')];
      const gone = old.filter(({ id }) => !after.some((one) => one.id === id)).map(({ type }) => type);
      const authorizers = ['AWS::ApiGateway::Authorizer', 'AWS::ApiGatewayV2::Authorizer'];
      assert.deepEqual(
        gone.sort(),
        [...(word === 'login' ? authorizers : []), 'AWS::ApiGateway::Deployment'].sort(),
      );
    });

    test(`guards every route of whole APIs that is not open on purpose, ${name}`, async () => {
      const all = await stack('whole');
      const open = all.filter(
        ({ type, properties }) => /::(Method|Route)$/.test(type) && properties.AuthorizationType !== 'CUSTOM',
      );
      assert.deepEqual(
        open.map(({ properties: { HttpMethod, RouteKey } }) => HttpMethod ?? RouteKey).sort(),
        ['GET /health', 'OPTIONS', 'OPTIONS'],
      );
      const ofProxy = all.filter(
        ({ id, type }) => id.startsWith('Proxy') && type === 'AWS::ApiGateway::Method',
      );
      assert.equal(ofProxy.length, 2);
      const [authorizer] = all.filter(
        ({ id, type }) => id.startsWith('Proxy') && type === 'AWS::ApiGateway::Authorizer',
      );
      for (const { properties } of ofProxy)
        assert.deepEqual(properties.AuthorizerId, { Ref: authorizer?.id });
    });

    test(`puts the plan into an OpenAPI document, ${name}`, async () => {
      const all = await stack('openapi');
      const { Body } = ofType(all, 'AWS::ApiGateway::RestApi').find((api) => api.Body) as Value;
      const { authorizerUri, ...authorizer } =
        Body.components.securitySchemes.approov['x-amazon-apigateway-authorizer'];
      assert.deepEqual(authorizer, {
        type: 'request',
        identitySource: named('method.', plan.headers).join(','),
        authorizerResultTtlInSeconds: plan.ttlSeconds,
      });
      assert.match(JSON.stringify(authorizerUri), /:lambda:path\/2015-03-31\/functions\/.*\/invocations/);
      assert.deepEqual(Body.security, [{ approov: [] }]);
      assert.deepEqual(
        Body['x-amazon-apigateway-gateway-responses'],
        Object.fromEntries(
          plan.gatewayResponses.map(({ type, status, templates }) => [
            type,
            { statusCode: status, responseTemplates: templates },
          ]),
        ),
      );
      assertPermissions(all, 1);
    });

    function assertGatewayResponses(resources: readonly Resource[]) {
      assert.deepEqual(
        ofType(resources, 'AWS::ApiGateway::GatewayResponse').map((one) => [
          one.ResponseType,
          one.StatusCode,
          one.ResponseTemplates,
        ]),
        plan.gatewayResponses.map(({ type, status, templates }) => [type, status, templates]),
      );
    }
  }
});

// biome-ignore lint/suspicious/noExplicitAny: any value of a template
type Value = Record<string, any>;

interface Resource {
  readonly id: string;
  readonly type: string;
  readonly properties: Value;
  readonly dependsOn: readonly string[];
}

/** A module whose stack has the page's API and its snippets for these purposes, the imports of all in front. */
function moduleOf(login: string, purposes: readonly string[]): string {
  const chosen = ['api', ...purposes].flatMap((purpose) => {
    const found = snippets.filter(({ words }) => words.includes(purpose));
    assert.ok(found.length > 0, `the page has a snippet for ${purpose}`);
    const others = logins.map(({ word }) => word).filter((word) => word !== login);
    return found.filter(({ words }) => !words.some((word) => others.includes(word as never)));
  });
  const texts = [yours, ...chosen.map(({ text }) => text)];
  const names = new Map<string, Set<string>>();
  for (const [, list = '', from = ''] of texts
    .join('')
    .matchAll(/^import \{ ([^}]+) \} from '([^']+)';$/gm)) {
    const known = names.get(from) ?? new Set();
    names.set(from, new Set([...known, ...list.split(', ')]));
  }
  const imports = [...names].map(
    ([from, list]) => `import { ${[...list].join(', ')} } from '${moduleName(from)}';`,
  );
  const body = texts.join('\n').replaceAll(/^import .*\n/gm, '');
  return `${imports.join('\n')}\n
export class Shop extends Stack {
  constructor(...args: ConstructorParameters<typeof Stack>) {
    super(...args);
${body}
  }
}
`;
}

/** The package is not installed in its own folder. */
function moduleName(from: string): string {
  return from === 'approov-apigateway-authorizer-cdk' ? '../lib/index.js' : from;
}

/** The resources of the stack that the page makes with a login or without one. */
async function resourcesOf(login: string, stage: Stage): Promise<Resource[]> {
  const { Shop } = (await import(pathToFileURL(`${folder}/${login}-${stage}.mts`).href)) as {
    readonly Shop: typeof Stack;
  };
  const { Resources } = Template.fromStack(new Shop(new App(), 'Shop')).toJSON();
  return Object.entries<Value>(Resources).map(([id, { Type, Properties = {}, DependsOn = [] }]) => ({
    id,
    type: Type,
    properties: Properties,
    dependsOn: DependsOn,
  }));
}

function ofType(resources: readonly Resource[], type: string): Value[] {
  return resources.filter((one) => one.type === type).map(({ properties }) => properties);
}

/** The authorization of each method and each guarded or open route. */
function authorizationsOf(resources: readonly Resource[]): string[] {
  return [
    ...ofType(resources, 'AWS::ApiGateway::Method'),
    ...ofType(resources, 'AWS::ApiGatewayV2::Route'),
  ].map(({ AuthorizationType }) => AuthorizationType);
}

function restAuthorizerOf(resources: readonly Resource[]): Value {
  const {
    Name: _name,
    RestApiId: _id,
    AuthorizerUri: _uri,
    ...authorizer
  } = ofType(resources, 'AWS::ApiGateway::Authorizer').find(({ Type }) => Type === 'REQUEST') ?? {};
  return authorizer;
}

function named(prefix: string, headers: readonly string[]): string[] {
  return headers.map((header) => `${prefix}request.header.${header}`);
}

/** Only the authorizers of each API may invoke the function. */
function assertPermissions(resources: readonly Resource[], count: number): void {
  const permissions = resources.filter(
    ({ type, properties }) =>
      type === 'AWS::Lambda::Permission' && JSON.stringify(properties.SourceArn).includes('/authorizers/*'),
  );
  assert.equal(permissions.length, count);
  const ids = permissions.map(({ id }) => id);
  const ours = resources.filter(
    ({ type, properties }) =>
      /::Authorizer$/.test(type) && 'REQUEST' === (properties.AuthorizerType ?? properties.Type),
  );
  for (const { id, dependsOn } of ours) {
    assert.ok(
      dependsOn.some((other) => ids.includes(other)),
      `${id} waits for its permission`,
    );
  }
}
