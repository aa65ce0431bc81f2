import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { authorizerCaching } from '../../infra/stack/authorizerCaching.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { runTool } from './runTool.ts';
import { cachingCases } from './terraform/cachingCases.ts';
import {
  runTerraform,
  type StandInProvider,
  startStandInProvider,
  terraformModule,
  tflint,
} from './terraformTools.ts';
import { root } from './tools.ts';

const work = `${root}.cache/terraform-module/`;
const examples = ['rest', 'http', 'both'] as const;

/** Nothing answers there: neither validation nor a plan of what does not exist yet calls AWS. */
const noEndpoint = 'http://127.0.0.1:9';

describe('the Terraform module', () => {
  let provider: StandInProvider;

  before(async () => {
    await rm(work, { recursive: true, force: true });
    await cp(terraformModule, work, { recursive: true });
    provider = await startStandInProvider(noEndpoint);
  });
  after(() => provider?.stop());

  it('is formatted', async () => {
    await runTerraform(terraformModule, ['fmt', '-check', '-diff', '-recursive']);
  });

  it('is clean for TFLint', { skip: !existsSync(tflint) && 'TFLint needs Go to be built' }, async () => {
    await runTool(tflint, ['--recursive', `--config=${terraformModule}.tflint.hcl`], {
      cwd: terraformModule,
    });
  });

  it('asks for a provider that knows nodejs24.x, as each example does', async () => {
    for (const folder of ['', ...examples.map((example) => `examples/${example}/`)]) {
      const text = await readFile(`${terraformModule}${folder}versions.tf`, 'utf8');
      const [, major, minor] = /hashicorp\/aws"\s+(?:#.*\s+)?version\s+= ">= (\d+)\.(\d+)"/.exec(text) ?? [];
      assert.ok(Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 20), `${folder}versions.tf`);
    }
  });

  for (const folder of ['', ...examples.map((example) => `examples/${example}`)]) {
    it(`${folder || 'the module itself'} is valid against the provider's schema`, async (test) => {
      test.diagnostic(`schema of hashicorp/aws ${provider.version}`);
      await provider.terraform(`${work}${folder}`, 'init', '-backend=false', '-input=false');
      const { stdout } = await provider.terraform(`${work}${folder}`, 'validate', '-json');
      assert.deepEqual(JSON.parse(stdout).diagnostics, []);
    });
  }

  it('an attribute that the provider does not have is found', async () => {
    const folder = `${work}examples/wrong`;
    await cp(`${work}examples/http`, folder, { recursive: true });
    await writeFile(`${folder}/wrong.tf`, 'resource "aws_sns_topic" "this" {\n  identity_sorce = "x"\n}\n');
    await assert.rejects(provider.terraform(folder, 'validate', '-no-color'), /identity_sorce/);
  });

  it('passes its own tests with a mock of the provider', async (test) => {
    const { stdout } = await provider.terraform(work, 'test', '-no-color');
    const [, passed] = /Success! (\d+) passed, 0 failed/.exec(stdout) ?? [];
    const tests = await readFile(`${work}tests/module.tftest.hcl`, 'utf8');
    assert.equal(Number(passed), tests.match(/^run /gm)?.length);
    test.diagnostic(`${passed} runs`);
  });

  it('caches as the other stacks do, with variables that the authorizer starts with', async (test) => {
    const planned = await plannedCases(provider);
    for (const { name } of cachingCases) {
      const { environment, headers, ttl } = planned(name);
      const { config, warnings } = readEnvironment(environment);
      assert.deepEqual(warnings, [], name);
      const caching = authorizerCaching(config, {}, (setting) => setting);
      assert.deepEqual(caching.problems, [], name);
      assert.deepEqual(
        { headers, ttl },
        { headers: [...caching.headers].sort(), ttl: caching.ttlSeconds },
        name,
      );
    }
    test.diagnostic(`${cachingCases.length} cases`);
  });
});

/** Plans the module once with each case, and reads what the authorizers and the function would be. */
async function plannedCases(provider: StandInProvider) {
  const folder = `${work}examples/cases`;
  await mkdir(folder, { recursive: true });
  const secret = (name: string) => `"arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf"`;
  const modules = cachingCases.map(
    ({ name, settings }) => `module "${name}" {
  source              = "../.."
  s3_existing_package = { bucket = "packages", key = "authorizer.zip" }
  http_apis           = { mobile = "abc1234567" }
  create_secret       = false
  secret_arn          = ${secret('approov')}
  create_account_key  = false
  account_key_arn     = ${secret('account-key')}
  ${settings}
}`,
  );
  await writeFile(`${folder}/main.tf`, `provider "aws" {}\n\n${modules.join('\n\n')}\n`);
  await provider.terraform(folder, 'init', '-backend=false', '-input=false');
  await provider.terraform(folder, 'plan', '-input=false', '-out=plan');
  const { stdout } = await provider.terraform(folder, 'show', '-json', 'plan');
  const { child_modules: children } = JSON.parse(stdout).planned_values.root_module;
  return (name: string) => {
    const { resources } = children.find(({ address }: { address: string }) => address === `module.${name}`);
    const values = (type: string) =>
      resources.find((resource: { type: string }) => resource.type === type).values;
    const authorizer = values('aws_apigatewayv2_authorizer');
    return {
      environment: values('aws_lambda_function').environment[0].variables as Record<string, string>,
      headers: authorizer.identity_sources
        .map((source: string) => source.replace('$request.header.', ''))
        .sort() as readonly string[],
      ttl: authorizer.authorizer_result_ttl_in_seconds as number,
    };
  };
}
