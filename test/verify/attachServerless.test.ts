import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { read, snippetsOf } from '../docs/markdown.ts';
import { type AttachPlan, attachPlan } from '../support/attachPlan.ts';
import type { Value } from '../support/cloudFormation.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:approov';
const serverless = fileURLToPath(new URL('../../node_modules/.bin/serverless', import.meta.url));
const logins = [
  { name: 'without a login', word: 'plain', plan: attachPlan(false) },
  { name: 'with a login', word: 'login', plan: attachPlan(true) },
];

suite('docs/attach/serverless.md, packaged', { concurrency: true }, () => {
  const snippets = snippetsOf(read('docs/attach/serverless.md')).filter(
    ({ language }) => language === 'yaml',
  );
  const yaml = (...words: string[]) =>
    snippets.filter((snippet) => snippet.words.every((word) => words.includes(word))).map(({ text }) => text);

  for (const { name, word, plan } of logins) {
    test(`${name}, before`, async () => {
      const template = await packaged(yaml(word, 'before').join(''));
      const types = template('AWS::ApiGateway::Method').map(({ Properties }) => Properties.AuthorizationType);
      const [route] = template('AWS::ApiGatewayV2::Route');
      const expected = word === 'login' ? ['COGNITO_USER_POOLS', 'JWT'] : ['NONE', 'NONE'];
      assert.deepEqual([...types, route?.Properties.AuthorizationType ?? 'NONE'], expected);
    });

    test(`${name}, after`, async () => {
      check(await packaged(['service: orders\n', ...yaml(word, 'after')].join('')), plan);
    });
  }
});

type Resources = (type: string) => (Value & { readonly id: string })[];

/** The resources by type of what the fork osls makes of a `serverless.yml`. */
async function packaged(text: string): Promise<Resources> {
  const cwd = await mkdtemp(join(tmpdir(), 'attach-'));
  try {
    await writeFile(join(cwd, 'serverless.yml'), text.replaceAll('FUNCTION-ARN', functionArn));
    await writeFile(join(cwd, 'orders.js'), '');
    const env = { ...process.env, AWS_REGION: 'eu-west-1', SLS_TELEMETRY_DISABLED: '1' };
    await promisify(execFile)(serverless, ['package'], { cwd, env });
    const file = join(cwd, '.serverless/cloudformation-template-update-stack.json');
    const { Resources } = JSON.parse(await readFile(file, 'utf8'));
    return (type) =>
      Object.entries<Value>(Resources).flatMap(([id, one]) => (one.Type === type ? [{ ...one, id }] : []));
  } finally {
    await rm(cwd, { recursive: true });
  }
}

function check(template: Resources, plan: AttachPlan): void {
  const [rest] = template('AWS::ApiGateway::Authorizer');
  assert.equal(rest.Properties.Type, 'REQUEST');
  assert.deepEqual(
    rest.Properties.IdentitySource.split(/, ?/),
    plan.headers.map((header) => `method.request.header.${header}`),
  );
  assert.equal(rest.Properties.AuthorizerResultTtlInSeconds, plan.ttlSeconds);
  const [{ Properties: http }] = template('AWS::ApiGatewayV2::Authorizer') as [Value];
  assert.deepEqual(
    http.IdentitySource,
    plan.headers.map((header) => `$request.header.${header}`),
  );
  assert.deepEqual(
    [http.AuthorizerType, http.AuthorizerResultTtlInSeconds, http.AuthorizerPayloadFormatVersion],
    ['REQUEST', plan.ttlSeconds, '2.0'],
  );
  assert.equal(http.EnableSimpleResponses ?? false, plan.isSimpleResponse);
  for (const uri of [rest.Properties.AuthorizerUri, http.AuthorizerUri]) {
    assert.ok(JSON.stringify(uri).includes(functionArn));
  }
  const methods = template('AWS::ApiGateway::Method');
  assert.deepEqual(
    [...methods, ...template('AWS::ApiGatewayV2::Route')].map(
      ({ Properties }) => Properties.AuthorizationType,
    ),
    ['CUSTOM', 'CUSTOM'],
  );
  // The function's own stack has the permission.
  const permissions = template('AWS::Lambda::Permission').map(({ Properties }) => JSON.stringify(Properties));
  assert.ok(permissions.every((permission) => !permission.includes(functionArn)));
  const responses = template('AWS::ApiGateway::GatewayResponse');
  assert.deepEqual(
    responses.map(({ Properties: one }) => [one.ResponseType, one.StatusCode, one.ResponseTemplates]).sort(),
    plan.gatewayResponses.map(({ type, status, templates }) => [type, status, templates]).sort(),
  );
  // The deployment waits for the method, and the method for the responses.
  const [deployment] = template('AWS::ApiGateway::Deployment');
  const [method] = methods;
  assert.ok(deployment.DependsOn.includes(method.id));
  assert.deepEqual(
    method.DependsOn.filter((id: string) => id.endsWith('Response')).sort(),
    responses.map(({ id }) => id).sort(),
  );
}
