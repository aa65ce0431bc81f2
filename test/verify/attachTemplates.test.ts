import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { parse } from 'yaml';
import { read, type Snippet, snippetsOf } from '../docs/markdown.ts';
import { type AttachPlan, attachPlan } from '../support/attachPlan.ts';
import { evaluate, type Template, type Value } from '../support/cloudFormation.ts';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:approov';
const yamlOf = (page: string) => snippetsOf(read(page)).filter(({ language }) => language === 'yaml');
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attach-'));
});
after(() => rm(folder, { recursive: true }));

suite('docs/attach/sam.md', () => {
  const snippets = yamlOf('docs/attach/sam.md');
  const [whole] = snippets as [Snippet];

  /** The page's whole template, with its two APIs as a later block has them. */
  function templateOf(...words: string[]): string {
    const text = snippets.find((snippet) => snippet.words.join() === words.join())?.text;
    assert.ok(text, words.join());
    const [, functions] = whole.text.split(/(?=^ {2}Orders:)/m);
    const head = whole.text.slice(0, whole.text.indexOf('Resources:'));
    return `${head}${text}${functions}`.replaceAll('FUNCTION-ARN', functionArn);
  }

  async function translated(text: string): Promise<Value> {
    const file = join(folder, 'template.yaml');
    await writeFile(file, text);
    await runTool(pythonTool('sam'), ['validate', '--lint', '--template', file], {
      cwd: folder,
      env: offline,
    });
    const script = [`${root}test/verify/python/sam_transform.py`, file];
    const { stdout } = await runTool(pythonTool('python'), script, { env: offline, input: '[{}]' });
    const [template] = JSON.parse(stdout) as [Template];
    const stack = evaluate(template);
    const rest = stack.properties('RestApi').Body;
    const http = stack.properties('HttpApi').Body;
    return {
      rest,
      http,
      restSchemes: rest.securityDefinitions,
      httpSchemes: http.components?.securitySchemes,
    };
  }

  test('before, without a login', async () => {
    const { restSchemes, httpSchemes } = await translated(whole.text);
    assert.deepEqual([restSchemes, httpSchemes], [undefined, undefined]);
  });

  test('before, with a login: the authorizers of API Gateway', async () => {
    const { rest, http, restSchemes, httpSchemes } = await translated(templateOf('login', 'before'));
    assert.equal(restSchemes.Users['x-amazon-apigateway-authtype'], 'cognito_user_pools');
    assert.equal(httpSchemes.Users['x-amazon-apigateway-authorizer'].type, 'jwt');
    assertGuarded([rest, http], 'Users');
  });

  for (const word of ['plain', 'login']) {
    test(`after, ${word}`, async () => {
      const plan = attachPlan(word === 'login');
      const { rest, http, restSchemes, httpSchemes } = await translated(templateOf(word, 'after'));
      assert.deepEqual([Object.keys(restSchemes), Object.keys(httpSchemes)], [['Approov'], ['Approov']]);
      checkRest(restSchemes.Approov, rest, plan);
      checkHttp(httpSchemes.Approov, plan, '1.0');
      assertGuarded([rest, http], 'Approov');
    });
  }
});

suite('the OpenAPI documents of docs/attach/README.md', () => {
  const [rest, http] = yamlOf('docs/attach/README.md').map(({ text }) => ({
    openapi: '3.0.1',
    info: { title: 'orders', version: '1' },
    paths: { '/orders': { get: { responses: { 200: { description: 'an order' } } } } },
    ...parse(text.replaceAll('AUTHORIZER-URI', `arn:aws:apigateway:eu-west-1:lambda:path/${functionArn}`)),
  })) as [Value, Value];

  test('are OpenAPI documents', async () => {
    for (const document of [rest, http]) {
      const file = join(folder, 'openapi.json');
      await writeFile(file, JSON.stringify(document));
      await runTool(pythonTool('openapi-spec-validator'), [file]);
    }
  });

  test('of a REST API without a login', () =>
    checkRest(rest.components.securitySchemes.approov, rest, attachPlan(false)));

  test('of an HTTP API with a login', () => {
    checkHttp(http.components.securitySchemes.approov, attachPlan(true), '2.0');
    assert.ok(!('x-amazon-apigateway-gateway-responses' in http));
    assert.ok(!('x-amazon-apigateway-authtype' in http.components.securitySchemes.approov));
  });
});

function assertGuarded(documents: readonly Value[], name: string): void {
  for (const { paths } of documents) {
    assert.deepEqual(Object.keys(paths['/orders']), ['get']);
    assert.deepEqual(Object.keys(paths['/orders'].get.security[0]), [name]);
  }
}

function checkRest(scheme: Value, document: Value, plan: AttachPlan): void {
  assert.equal(scheme['x-amazon-apigateway-authtype'], 'custom');
  checkAuthorizer(scheme, 'method.request.header.', plan);
  const responses = Object.entries<Value>(document['x-amazon-apigateway-gateway-responses']);
  assert.deepEqual(
    responses
      .map(([type, { statusCode, responseTemplates }]) => [type, String(statusCode), responseTemplates])
      .sort(),
    plan.gatewayResponses.map(({ type, status, templates }) => [type, status, templates]).sort(),
  );
}

function checkHttp(scheme: Value, plan: AttachPlan, payloadVersion: string): void {
  checkAuthorizer(scheme, '$request.header.', plan);
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  assert.equal(authorizer.authorizerPayloadFormatVersion, payloadVersion);
  assert.equal(authorizer.enableSimpleResponses ?? false, plan.isSimpleResponse);
}

function checkAuthorizer(scheme: Value, selector: string, plan: AttachPlan): void {
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  assert.equal(authorizer.type, 'request');
  assert.equal(authorizer.authorizerResultTtlInSeconds, plan.ttlSeconds);
  assert.deepEqual(
    // SAM writes a list for an HTTP API, where AWS documents a text.
    String(authorizer.identitySource).split(/, ?/),
    plan.headers.map((header) => selector + header),
  );
  assert.ok(authorizer.authorizerUri.includes(functionArn));
}
