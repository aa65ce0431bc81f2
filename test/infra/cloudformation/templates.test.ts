import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { suite, test } from 'node:test';
import { committedFiles } from '../../../infra/cloudformation/committedFiles.ts';
import { accessLogFormat } from '../../../infra/stack/accessLogFormat.ts';
import { type StackParameter, stackParameters } from '../../../infra/stack/parameters.ts';
import { type Setting, settings } from '../../../src/config/settings.ts';
import { planCases, planRefusals } from '../../cases/planCases.ts';
import { evaluate, type Value } from '../../support/cloudFormation.ts';
import {
  assertFunction,
  assertSamStack,
  attachTemplate,
  isExpressible,
  parameterOf,
  parametersFor,
  samTemplate,
  stackPlan,
  variablesOf,
} from '../../support/templatePlan.ts';

const templates = [
  { name: 'SAM', template: samTemplate, path: 'sam/template.yaml' },
  { name: 'attach', template: attachTemplate, path: 'attach.yaml' },
];

suite('npm run templates', () => {
  for (const [path, made] of Object.entries(committedFiles())) {
    test(`makes ${path} as it is`, async () => {
      assert.equal(await readFile(new URL(`../../../${path}`, import.meta.url), 'utf8'), made);
    });
  }
});

suite('what the SAM template makes', () => {
  for (const planCase of planCases.filter((one) => isExpressible(samTemplate, one))) {
    test(planCase.name, () => {
      assertSamStack(samTemplate, planCase);
      const stack = evaluate(samTemplate, parametersFor(samTemplate, planCase));
      const { Cors, GatewayResponses } = stack.properties('RestApi');
      const plan = stackPlan(planCase);
      for (const allowed of [
        Cors.AllowHeaders.replace(/^'|'$/g, '').split(','),
        stack.properties('HttpApi').CorsConfiguration.AllowHeaders,
      ]) {
        assert.deepEqual(allowed.toSorted(), plan.corsHeaders.toSorted());
      }
      assert.deepEqual(
        GatewayResponses,
        Object.fromEntries(
          plan.gatewayResponses.map(({ type, status, templates }) => [
            type,
            {
              StatusCode: status,
              ResponseTemplates: templates,
              ResponseParameters: { Headers: { 'Access-Control-Allow-Origin': "'*'" } },
            },
          ]),
        ),
      );
    });
  }

  test('an access log of the same fields as with Serverless, in a format of variables that the kind of API has', () => {
    const stack = evaluate(samTemplate, { Websocket: 'on' });
    assert.deepEqual(
      [
        stack.properties('RestApi').AccessLogSetting,
        stack.properties('HttpApi').AccessLogSettings,
        stack.properties('WebsocketStage').AccessLogSettings,
      ].map(({ Format }) => JSON.parse(Format)),
      [accessLogFormat.rest, accessLogFormat.http, accessLogFormat.websocket].map((format) =>
        JSON.parse(format),
      ),
    );
  });

  test('nothing of a WebSocket API unless it is asked for', () => {
    const { ids, outputs } = evaluate(samTemplate);
    assert.doesNotMatch([...ids, ...Object.keys(outputs)].join(), /websocket/i);
  });

  test('no token behind the HTTP API that hides it', () => {
    const [shown, hidden] = ['off', 'on'].map((HideToken) => {
      const { paths } = evaluate(samTemplate, { HideToken }).properties('HttpApi').DefinitionBody;
      return Object.values<Value>(paths['/http/hello']).map(
        (operation) => operation['x-amazon-apigateway-integration'].requestParameters,
      );
    });
    assert.deepEqual(shown, [undefined, undefined]);
    assert.deepEqual(hidden, Array(2).fill({ 'remove:header.Approov-Token': "''" }));
  });

  test('a log group for access logs that HTTP APIs need no entry in a resource policy for', () => {
    const stack = evaluate(samTemplate);
    assert.match(stack.properties('AccessLogGroup').LogGroupName, /^\/aws\/vendedlogs\//);
    assert.equal(stack.properties('HttpApi').AccessLogSettings.DestinationArn, 'AccessLogGroup.Arn');
  });

  test('no role for the logs of API Gateway where the account has one', () => {
    const { ids } = evaluate(samTemplate, { ApiGatewayLogRole: 'existing' });
    assert.ok(!ids.includes('ApiGatewayAccount') && !ids.includes('AccessLogRole'));
  });
});

suite('what the attach template makes', () => {
  for (const planCase of planCases.filter((one) => isExpressible(attachTemplate, one))) {
    test(planCase.name, () => {
      const stack = evaluate(attachTemplate, parametersFor(attachTemplate, planCase));
      assertFunction(stack, planCase);
      const { ttlSeconds, headers, webSocketHeaders = headers } = planCase.expected;
      const sources = (selector: string, names: readonly string[]) =>
        names.length === 0 ? ['none'] : names.map((name) => selector + name).sort();
      const { outputs } = stack;
      assert.equal(outputs.ResultTtlSeconds, String(ttlSeconds));
      const seen = [
        outputs.RestIdentitySources,
        outputs.HttpIdentitySources,
        outputs.WebsocketIdentitySources,
      ];
      assert.deepEqual(
        seen.map((output) => output.split(',').sort()),
        [
          sources('method.request.header.', headers),
          sources('$request.header.', headers),
          sources('route.request.header.', webSocketHeaders),
        ],
      );
    });
  }
});

for (const { name, template, path } of templates) {
  suite(`the ${name} template`, () => {
    const code = parametersFor(template, { settings: {} });

    for (const { settings: given, problem, ...refusal } of planRefusals) {
      const isOfHeader = /cannot be an identity source/.test(problem.source);
      if (!isOfHeader && (refusal.hidesToken === undefined || name === 'attach')) continue;
      test(`refuses ${refusal.name}`, () => {
        const parameters = parametersFor(template, { settings: given });
        assert.throws(
          () => evaluate(template, { ...parameters, ...(refusal.hidesToken && { HideToken: 'on' }) }),
          isOfHeader ? /X~Other/ : /HideToken=on removes Approov-Token alone/,
        );
      });
    }

    test('uses the secrets and the key that it is given, and creates none', () => {
      const arn = (id: string) => `arn:aws:secretsmanager:eu-west-1:123456789012:secret:${id}-AbCdEf`;
      const KmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
      const given = {
        SecretArn: arn('token'),
        AccountKeyArn: arn('account'),
        KmsKeyArn,
        MessageSigning: 'account',
      };
      const stack = evaluate(template, { ...code, ...given });
      const { Variables } = stack.properties('AuthorizerFunction').Environment;
      assert.deepEqual(
        [Variables.APPROOV_SECRET_ID, Variables.APPROOV_ACCOUNT_KEY_ID, stack.outputs.SecretArn],
        [given.SecretArn, given.AccountKeyArn, given.SecretArn],
      );
      const [, ...statements] = stack.properties('AuthorizerRole').Policies[0].PolicyDocument.Statement;
      assert.deepEqual(
        statements.map(({ Action, Resource }: Record<string, string>) => [Action, Resource]),
        [
          ['secretsmanager:GetSecretValue', given.SecretArn],
          ['secretsmanager:GetSecretValue', given.AccountKeyArn],
          ['kms:Decrypt', KmsKeyArn],
        ],
      );
      assert.ok(!stack.ids.includes('ApproovTokenSecret') && !stack.ids.includes('ApproovAccountKey'));
    });

    test('has every setting once, as a variable or as a comment', async () => {
      const text = await readFile(new URL(`../../../infra/cloudformation/${path}`, import.meta.url), 'utf8');
      const comments = [...text.matchAll(/^ {10}# (APPROOV_\w+): ./gm)];
      const named = [...Object.keys(variablesOf(template)), ...comments.map(([, variable]) => variable)];
      assert.deepEqual(
        named.filter((variable) => variable?.startsWith('APPROOV_')).sort(),
        Object.values(settings)
          .map(({ variable }) => variable)
          .sort(),
      );
    });

    test('has the rules and defaults of the tables', () => {
      for (const [option, { variable, rule, defaultValue }] of Object.entries<Setting>(settings)) {
        const parameter = template.Parameters?.[parameterOf(template, variable) ?? ''];
        if (parameter === undefined || /secretId|accountKeyId/.test(option)) continue;
        assert.equal(parameter.Default, String(defaultValue ?? 'none'), option);
        const words =
          'oneOf' in rule ? [...(defaultValue === undefined ? ['none'] : []), ...rule.oneOf] : undefined;
        assert.deepEqual(parameter.AllowedValues, words, option);
      }
      for (const [option, parameter] of Object.entries(stackParameters)) {
        const given = template.Parameters?.[option.charAt(0).toUpperCase() + option.slice(1)];
        if (given === undefined) continue;
        const { rule, default: preset } = parameter as StackParameter;
        assert.equal(given.Default, preset, option);
        const { AllowedValues, AllowedPattern, MinValue, MaxValue } = given;
        if ('oneOf' in rule) assert.deepEqual(AllowedValues, rule.oneOf, option);
        else if ('from' in rule) assert.deepEqual([MinValue, MaxValue], [rule.from, rule.to], option);
        else if ('pattern' in rule)
          assert.equal(AllowedPattern, `${preset === 'none' ? 'none|' : ''}${rule.pattern}`, option);
      }
    });
  });
}

test('what both templates have is the same in both', () => {
  for (const section of ['Parameters', 'Conditions'] as const) {
    const [sam, attach] = [samTemplate[section] ?? {}, attachTemplate[section] ?? {}];
    const shared = Object.keys(attach).filter((id) => id in sam);
    assert.ok(shared.length > 10);
    for (const id of shared) assert.deepEqual(attach[id], sam[id], id);
  }
});
