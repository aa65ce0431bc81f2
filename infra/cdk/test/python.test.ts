import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { MockIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { runTool } from '../../../test/verify/runTool.ts';
import { offline } from '../../../test/verify/tools.ts';
import { ApproovAuthorizer } from '../dist/lib/index.js';
import { cacheFolder, cdk } from './packedConstruct.ts';

const venv = cacheFolder('cdk-venv');
const languages = `${cdk}dist/languages`;

/** As app.py has it. */
function sameInTypeScript(): Template {
  const stack = new Stack(new App(), 'Python');
  const approov = new ApproovAuthorizer(stack, 'Approov', {
    secret: Secret.fromSecretNameV2(stack, 'Secret', 'approov/secret'),
    settings: { secretTtlSeconds: 120, bindingHeaders: ['Authorization'], binding: 'required' },
    resultsCacheTtl: Duration.minutes(2),
  });
  const rest = new RestApi(stack, 'Rest');
  rest.root.addMethod('GET', new MockIntegration(), { authorizer: approov.restAuthorizer(rest) });
  const http = new HttpApi(stack, 'Http', { defaultAuthorizer: approov.httpAuthorizer() });
  http.addRoutes({
    path: '/a',
    methods: [HttpMethod.GET],
    integration: new HttpUrlIntegration('Backend', 'https://backend.example.com'),
  });
  return Template.fromStack(stack);
}

/** What this project adds to a stack, without the hash of the package. */
function ours(template: Template): object {
  const resources = Object.entries(template.toJSON().Resources as Record<string, { Type: string }>).filter(
    ([id, { Type }]) => id.startsWith('Approov') || /Authorizer$|Permission$|GatewayResponse$/.test(Type),
  );
  return JSON.parse(
    JSON.stringify(Object.fromEntries(resources), (key, value) =>
      key === 'Metadata' || key === 'S3Key' ? undefined : value,
    ),
  );
}

suite('the construct in Python', () => {
  before(async () => {
    await rm(languages, { recursive: true, force: true });
    await pacmak('python', languages);
    if (!existsSync(`${venv}/bin/pip`)) await runTool('python3', ['-m', 'venv', venv]);
    // Most of its 100 MB is never imported, so it is not compiled beforehand.
    const install = ['install', '--quiet', '--no-compile'];
    await runTool(`${venv}/bin/pip`, [...install, '-r', `${cdk}test/requirements.txt`]);
    await runTool(`${venv}/bin/pip`, [...install, '--force-reinstall', '--no-deps', `${languages}/python`]);
  });

  test('makes the same stack as in TypeScript', async () => {
    const out = cacheFolder('cdk-python.out');
    await runTool(`${venv}/bin/python`, [`${cdk}test/app.py`], { env: { ...offline, CDK_OUTDIR: out } });
    const template = JSON.parse(await readFile(`${out}/Python.template.json`, 'utf8'));
    const resources = ours(Template.fromJSON(template));
    assert.ok(Object.keys(resources).length > 15);
    assert.deepEqual(resources, ours(sameInTypeScript()));
  });
});

suite('the construct in other languages', () => {
  for (const language of ['java', 'dotnet']) {
    test(`is generated for ${language}`, async () => {
      const out = cacheFolder(`cdk-${language}`);
      await rm(out, { recursive: true, force: true });
      await pacmak(language, out);
      const files = await readdir(out, { recursive: true });
      assert.ok(files.some((file) => /\/ApproovAuthorizer\.(java|cs)$/.test(file)));
    });
  }
});

/** Generates the package of a language, which is then to be built by the tools of that language. */
async function pacmak(language: string, folder: string): Promise<void> {
  const args = ['--code-only', '--targets', language, '--outdir', folder];
  await runTool('node_modules/.bin/jsii-pacmak', args, { cwd: cdk });
}
