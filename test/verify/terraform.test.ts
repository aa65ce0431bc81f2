import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { type Rule, readValue } from '../../src/config/rules.ts';
import { type Setting, settings } from '../../src/config/settings.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { type PlanCase, type PlanRefusal, planCases, planRefusals } from '../cases/planCases.ts';
import { stackPlan } from '../support/templatePlan.ts';
import { runTool } from './runTool.ts';
import { assertModule, type TerraformResource } from './terraformModule.ts';
import {
  runTerraform,
  type StandInProvider,
  startStandInProvider,
  terraformModule,
  tflint,
} from './terraformTools.ts';
import { root } from './tools.ts';

const work = `${root}.cache/terraform-module/`;
const examples = ['rest', 'http', 'complete'] as const;

/** Nothing answers there: neither validation nor a plan of what does not exist yet calls AWS. */
const noEndpoint = 'http://127.0.0.1:9';

const secretArn = (name: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${name}-AbCdEf`;

/** A stack that the module can be asked for: it chooses the identity sources, and hides no token. */
const isExpressible = ({ identitySourceHeaders, hidesToken }: Partial<PlanCase & PlanRefusal>) =>
  identitySourceHeaders === undefined && !hidesToken;

const users = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
  APPROOV_USER_AUDIENCE: 'app',
};

/** Settings that contradict each other, and names that nobody knows. */
const moduleRefusals: readonly PlanRefusal[] = [
  {
    name: 'the key in the JSON of a secret that nothing reads',
    settings: {
      APPROOV_ALGORITHMS: 'RS256',
      APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/',
      APPROOV_SECRET_JSON_KEY: 'key',
    },
    problem: /APPROOV_SECRET_JSON_KEY has no effect unless APPROOV_ALGORITHMS has HS256/,
  },
  {
    name: 'an asymmetric algorithm without a keyset',
    settings: { APPROOV_ALGORITHMS: 'HS256,ES256' },
    problem:
      /APPROOV_ALGORITHMS has an asymmetric algorithm, which needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS/,
  },
  {
    name: 'a keyset in two places',
    settings: {
      APPROOV_ALGORITHMS: 'RS256',
      APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/',
      APPROOV_KEYSET_JWKS: '{"keys":[]}',
    },
    problem: /needs either APPROOV_KEYSET_JWKS_URI or APPROOV_KEYSET_JWKS/,
  },
  {
    name: 'a keyset without an asymmetric algorithm',
    settings: { APPROOV_KEYSET_JWKS_URI: 'https://keys.example.com/' },
    problem: /APPROOV_KEYSET_JWKS_URI and APPROOV_KEYSET_JWKS have no effect unless/,
  },
  {
    name: 'a token bound to its own header',
    settings: { APPROOV_BINDING_HEADERS: 'approov-token' },
    problem: /APPROOV_BINDING_HEADERS must not name the header of the token itself/,
  },
  {
    name: 'the ARC of a refusal without an answer',
    settings: { APPROOV_DENIAL: 'unauthorized', APPROOV_DENIAL_ARC: 'on' },
    problem: /APPROOV_DENIAL_ARC is on, which needs APPROOV_DENIAL=policy/,
  },
  {
    name: 'a report of message signatures that are not checked',
    settings: { APPROOV_MESSAGE_SIGNING_MODE: 'report-only' },
    problem: /APPROOV_MESSAGE_SIGNING_MODE is report-only, but APPROOV_MESSAGE_SIGNING is off/,
  },
  {
    name: 'settings of users who are not checked',
    settings: { ...users, APPROOV_USER_AUTH: 'off' },
    problem: /have no effect unless APPROOV_USER_AUTH is jwt/,
  },
  {
    name: 'users without an audience',
    settings: { APPROOV_USER_AUTH: 'jwt', APPROOV_USER_ISSUER: users.APPROOV_USER_ISSUER },
    problem: /APPROOV_USER_ISSUER and APPROOV_USER_AUDIENCE are required/,
  },
  {
    name: 'an issuer whose keys are nowhere',
    settings: { ...users, APPROOV_USER_ISSUER: `${users.APPROOV_USER_ISSUER},https://login.example.com/` },
    problem: /APPROOV_USER_JWKS_URI is required unless every issuer is an Amazon Cognito user pool/,
  },
  {
    name: 'more issuers than URLs of keys',
    settings: {
      ...users,
      APPROOV_USER_ISSUER: 'https://one.example.com, https://two.example.com',
      APPROOV_USER_JWKS_URI: 'https://one.example.com/keys',
    },
    problem: /APPROOV_USER_JWKS_URI must have as many URLs/,
  },
  {
    name: "the users' header that is the token's",
    settings: { ...users, APPROOV_USER_HEADER: 'approov-token' },
    problem: /APPROOV_USER_HEADER must not name the header of the Approov token/,
  },
  {
    name: "a default of the users' check that is unset",
    settings: { ...users, APPROOV_USER_ALGORITHMS: 'none' },
    problem: /APPROOV_USER_ALGORITHMS must be comma-separated/,
  },
  ...Object.entries({
    APPROOV_USERAUTH: 'APPROOV_USER_AUTH',
    APPROOV_BINDNG: 'APPROOV_BINDING',
    approov_mode: 'APPROOV_MODE',
    LOG_LEVEL: 'APPROOV_LOG_LEVEL',
    APPROOV_KEYSET_URI: 'APPROOV_KEYSET_JWKS_URI',
    APPROOV_ISUER: 'APPROOV_ISSUER',
  }).map(([unknown, meant]) => ({
    name: `the unknown ${unknown}`,
    settings: { [unknown]: 'jwt' },
    problem: new RegExp(`${unknown} is not known: did you mean ${meant}\\?`),
  })),
];

/** Values that each rule judges in its own way. */
const settingValues = [
  ...`none off on jwt required if-present unauthorized method simple account report-only debug allow id ENFORCE
  0 1 60 61 86400 86401 604801 -1 +5 05 1.5 1e9 NaN 99999999999 HS256 RS256,RS256 none,RS256 Authorization
  x-session,X-Session a,,b ,a X~Other Bearer / /v1 /v1/ v1 // @method,@path @nothing at+jwt a/b;c {"keys":[]} é
  https://example.com HTTPS://example.com/a?b http://example.com https://user@example.com https://
  https://a.example.com/,https://a.example.com/ https://example.com/#a`.split(/\s+/),
  ...['', ' ', 'a b', 'enforce ', 'RS256, ES256', 'Authorization, X-Session', '@target-uri, content-type'],
  ...['-----BEGIN PUBLIC KEY-----', 'a\tb', 'a\nb', '$${x}', 'a'.repeat(1024), 'a'.repeat(1025)],
  `https://example.com/${'a'.repeat(2048)}`,
];

suite('the Terraform module', () => {
  let provider: StandInProvider;

  before(async () => {
    await rm(work, { recursive: true, force: true });
    await cp(terraformModule, work, { recursive: true });
    provider = await startStandInProvider(noEndpoint);
  });
  after(() => provider?.stop());

  test('is formatted', async () => {
    await runTerraform(terraformModule, ['fmt', '-check', '-diff', '-recursive']);
  });

  test('is clean for TFLint', { skip: !existsSync(tflint) && 'TFLint needs Go to be built' }, async () => {
    await runTool(tflint, ['--recursive', `--config=${terraformModule}.tflint.hcl`], {
      cwd: terraformModule,
    });
  });

  test('asks for a provider that knows nodejs24.x, as each example does', async () => {
    for (const folder of ['', ...examples.map((example) => `examples/${example}/`)]) {
      const text = await readFile(`${terraformModule}${folder}versions.tf`, 'utf8');
      const [, major, minor] = /hashicorp\/aws"\s+(?:#.*\s+)?version\s+= ">= (\d+)\.(\d+)"/.exec(text) ?? [];
      assert.ok(Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 20), `${folder}versions.tf`);
    }
  });

  for (const folder of ['', ...examples.map((example) => `examples/${example}`)]) {
    test(`${folder || 'the module itself'} is valid against the provider's schema`, async (context) => {
      context.diagnostic(`schema of hashicorp/aws ${provider.version}`);
      await provider.terraform(`${work}${folder}`, 'init', '-backend=false', '-input=false');
      const { stdout } = await provider.terraform(`${work}${folder}`, 'validate', '-json');
      assert.deepEqual(JSON.parse(stdout).diagnostics, []);
    });
  }

  test('an attribute that the provider does not have is found', async () => {
    const folder = `${work}examples/wrong`;
    await cp(`${work}examples/http`, folder, { recursive: true });
    await writeFile(`${folder}/wrong.tf`, 'resource "aws_sns_topic" "this" {\n  identity_sorce = "x"\n}\n');
    await assert.rejects(provider.terraform(folder, 'validate', '-no-color'), /identity_sorce/);
  });

  test('passes its own tests with a mock of the provider', async (context) => {
    const { stdout } = await provider.terraform(work, 'test', '-no-color');
    const [, passed] = /Success! (\d+) passed, 0 failed/.exec(stdout) ?? [];
    const tests = await readFile(`${work}tests/module.tftest.hcl`, 'utf8');
    assert.equal(Number(passed), tests.match(/^run /gm)?.length);
    context.diagnostic(`${passed} runs`);
  });

  suite('plans what follows from the settings, as every face does', () => {
    const cases = planCases.filter(isExpressible);
    let planned: PlannedModules;

    before(async () => {
      planned = await planModules(provider, cases);
    });

    for (const [index, planCase] of cases.entries()) {
      test(planCase.name, () => {
        const { resources, corsHeaders } = planned(index);
        const plan = stackPlan(planCase);
        const { expected } = planCase;
        const { headers, webSocketHeaders = headers, isSimple = false } = expected;
        const secrets = assertModule(resources, {
          ...plan,
          headers,
          webSocketHeaders,
          ttlSeconds: expected.ttlSeconds,
          isSimpleResponse: isSimple,
        });
        assert.deepEqual(secrets, {
          APPROOV_SECRET_ID: expected.readsSecret === false ? undefined : secretArn('approov'),
          APPROOV_ACCOUNT_KEY_ID: expected.readsAccountKey && secretArn('account-key'),
        });
        assert.deepEqual(corsHeaders, plan.corsHeaders);
      });
    }
  });

  test('refuses the stacks that every face refuses, and settings that contradict each other', async (context) => {
    const refusals = [...planRefusals.filter(isExpressible), ...moduleRefusals];
    const found = await problemsOf(provider, refusals);
    const accepted = refusals.filter(({ problem }) => {
      const index = found.findIndex((text) => problem.test(text));
      if (index >= 0) found.splice(index, 1);
      return index < 0;
    });
    assert.deepEqual({ accepted, found }, { accepted: [], found: [] });
    for (const { name, settings: given } of moduleRefusals) {
      // The environment of a function has other variables too.
      if (!Object.keys(given).every((variable) => variable.startsWith('APPROOV_'))) continue;
      const secret = !/^[RE]S/.test(given.APPROOV_ALGORITHMS ?? '') && { APPROOV_SECRET_ID: 'approov' };
      assert.throws(() => readEnvironment({ ...secret, ...given }), ConfigurationError, name);
    }
    context.diagnostic(`${refusals.length} refusals`);
  });

  test('accepts and refuses the values of settings that the function does', async (context) => {
    const cases = Object.values(settings as Record<string, Setting>)
      .filter(({ variable }) => !/_(SECRET_ID|ACCOUNT_KEY_ID)$/.test(variable))
      .flatMap((setting) => settingValues.map((value) => ({ setting, value })));
    const accepted = await acceptedByModule(provider, cases);
    for (const [index, { setting, value }] of cases.entries()) {
      const { variable, rule, defaultValue } = setting;
      const isAccepted =
        value === 'none' && (defaultValue === undefined || variable.startsWith('APPROOV_USER_'))
          ? variable !== 'APPROOV_USER_AUTH'
          : readValue(rule, value) !== undefined;
      // Some rules check what no pattern can express: their values fail the function's start.
      if (isAccepted || !checksBeyondPattern(rule)) {
        assert.equal(accepted[index], isAccepted, `${variable}=${value}`);
      }
    }
    context.diagnostic(`${cases.length} values, ${accepted.filter(Boolean).length} accepted`);
  });
});

type PlannedModules = (index: number) => {
  readonly resources: readonly TerraformResource[];
  readonly corsHeaders: readonly string[];
};

type Stack = Pick<PlanCase, 'settings' | 'ttlSeconds'>;

/** Plans the module once with each of the stacks. */
async function planModules(provider: StandInProvider, stacks: readonly Stack[]): Promise<PlannedModules> {
  const folder = await moduleCalls(provider, 'cases', stacks);
  await provider.terraform(folder, 'plan', '-input=false', '-out=plan');
  const { stdout } = await provider.terraform(folder, 'show', '-json', 'plan');
  const { root_module, outputs } = JSON.parse(stdout).planned_values;
  return (index) => ({
    resources: root_module.child_modules.find(
      ({ address }: { readonly address: string }) => address === `module.case_${index}`,
    ).resources,
    corsHeaders: outputs[`case_${index}`].value,
  });
}

/**
 * Plans the module with each of the stacks. A plan that finds broken rules does not get to preconditions, so the other stacks are
 * planned again.
 *
 * @returns everything that is wrong
 */
async function problemsOf(provider: StandInProvider, stacks: readonly Stack[]): Promise<string[]> {
  const folder = await moduleCalls(provider, 'refusals', stacks);
  const error = await provider
    .terraform(folder, 'plan', '-input=false', '-json')
    .then(() => assert.fail('nothing is refused'), String);
  const found = error
    .split('\n')
    .filter((line) => line.includes('"type":"diagnostic"'))
    .map((line) => JSON.parse(line).diagnostic);
  const broken = found.map(({ snippet }) => /^module "case_(\d+)"$/.exec(snippet?.context)?.[1]);
  const rest = stacks.filter((_, index) => !broken.includes(String(index)));
  const problems = found.map(({ detail }) => detail as string);
  return rest.length < stacks.length ? [...problems, ...(await problemsOf(provider, rest))] : problems;
}

/** Writes a configuration that uses the module once for each of the stacks. */
async function moduleCalls(provider: StandInProvider, name: string, stacks: readonly Stack[]) {
  const calls = stacks.map(({ settings: given, ttlSeconds }, index) => {
    const uses = (variable: string, value: RegExp, isDefault: boolean) =>
      given[variable] === undefined ? isDefault : value.test(given[variable]);
    const secret = (kind: string, isUsed: boolean, arn: string) =>
      `  create_${kind} = ${!isUsed}\n  ${kind}_arn = ${isUsed ? JSON.stringify(arn) : 'null'}`;
    return `module "case_${index}" {
  source = "../.."
  s3_existing_package = { bucket = "packages", key = "authorizer.zip" }
  rest_apis = { orders = "rest" }
  http_apis = { mobile = "http" }
  websocket_apis = { push = "websocket" }
${secret('secret', uses('APPROOV_ALGORITHMS', /HS256/, true), secretArn('approov'))}
${secret('account_key', uses('APPROOV_MESSAGE_SIGNING', /account|any/, false), secretArn('account-key'))}
  authorizer_ttl_seconds = ${ttlSeconds ?? 'null'}
  settings = ${JSON.stringify(given)}
}

output "case_${index}" {
  value = module.case_${index}.cors_headers
}
`;
  });
  const folder = `${work}examples/${name}`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/main.tf`, `provider "aws" {}\n\n${calls.join('\n')}`);
  await provider.terraform(folder, 'init', '-backend=false', '-input=false');
  return folder;
}

/** Evaluates the validations of the module's variable `settings`, in one plan, on settings that have one value each. */
async function acceptedByModule(
  provider: StandInProvider,
  cases: readonly { readonly setting: Setting; readonly value: string }[],
): Promise<boolean[]> {
  const text = await readFile(`${terraformModule}settings.tf`, 'utf8');
  const conditions = [...text.matchAll(/condition {5}= (.*)\n {4}error_message = "(\w+) must/g)];
  const conditionOf = Object.fromEntries(conditions.map(([, condition, variable]) => [variable, condition]));
  const results = cases.map(({ setting: { variable }, value }) => {
    const given = JSON.stringify({ [variable]: value });
    return `    [for given in [${given}] : ${conditionOf[variable]?.replaceAll('var.settings', 'given')}][0],`;
  });
  const folder = `${work}examples/values`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/main.tf`, `output "accepted" {\n  value = [\n${results.join('\n')}\n  ]\n}\n`);
  await provider.terraform(folder, 'init', '-backend=false', '-input=false');
  await provider.terraform(folder, 'plan', '-input=false', '-out=plan');
  const { stdout } = await provider.terraform(folder, 'show', '-json', 'plan');
  return JSON.parse(stdout).planned_values.outputs.accepted.value;
}

function checksBeyondPattern(rule: Rule): boolean {
  return 'listOf' in rule ? checksBeyondPattern(rule.listOf) : 'read' in rule;
}
