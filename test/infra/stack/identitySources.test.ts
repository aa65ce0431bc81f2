import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { stageVariables } from '../../../infra/serverless/stage.ts';
import { cachingConditions, identitySources, ttlSeconds } from '../../../infra/stack/gatewayCaching.ts';
import { settingTemplateParameters } from '../../../infra/stack/templateParameters.ts';

/** Parameters of a stack, named as Serverless names them. */
type Given = Readonly<Record<string, string>>;

const users = {
  userAuth: 'jwt',
  userIssuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
  userAudience: 'app',
};

const cases: { name: string; given: Given; headers: readonly string[]; ttl: number }[] = [
  { name: 'nothing', given: {}, headers: ['Approov-Token'], ttl: 300 },
  { name: 'users', given: users, headers: ['Approov-Token', 'Authorization'], ttl: 300 },
  {
    name: 'users with a header of their own',
    given: { ...users, userHeader: 'X-User' },
    headers: ['Approov-Token', 'X-User'],
    ttl: 300,
  },
  {
    name: 'users and a token bound to their header',
    given: { ...users, bindingHeaders: 'Authorization' },
    headers: ['Approov-Token', 'Authorization'],
    ttl: 300,
  },
  {
    name: 'users and a token bound to their own header first',
    given: { ...users, userHeader: 'X-User', bindingHeaders: 'X-User,X-Device' },
    headers: ['Approov-Token', 'X-User', 'X-Device'],
    ttl: 300,
  },
  {
    name: 'users and a token bound to something else',
    given: { ...users, bindingHeaders: 'X-Device' },
    headers: ['Approov-Token', 'X-Device', 'Authorization'],
    ttl: 300,
  },
  {
    name: 'users and a token that may be bound',
    given: { ...users, bindingHeaders: 'Authorization', binding: 'if-present' },
    headers: ['Approov-Token', 'Authorization'],
    ttl: 0,
  },
  {
    name: 'users and message signing',
    given: { ...users, messageSigning: 'install' },
    headers: ['Approov-Token', 'Authorization'],
    ttl: 0,
  },
  {
    name: 'report-only, with users, whose header every request needs all the same',
    given: { ...users, mode: 'report-only' },
    headers: ['Authorization'],
    ttl: 0,
  },
  { name: 'report-only', given: { mode: 'report-only' }, headers: [], ttl: 0 },
];

suite('identity sources and cache time are the same in every stack', () => {
  for (const { name, given, headers, ttl } of cases) {
    test(name, () => {
      const { helloEvents, httpAuthorizers } = stageVariables(given, 'service-dev');
      const [{ http }] = helloEvents as unknown as [{ http: { authorizer: Record<string, unknown> } }];
      const sources = headers.map((header) => `method.request.header.${header}`);
      assert.equal(http.authorizer.identitySource ?? '', sources.join(', '));
      assert.equal(http.authorizer.resultTtlInSeconds, ttl);
      assert.equal(httpAuthorizers.approov.resultTtlInSeconds, ttl);

      const evaluate = evaluator({ AuthorizerTtlSeconds: '300', ...asTemplateParameters(given) });
      const template = evaluate({ Condition: 'HasNoIdentitySource' })
        ? ''
        : evaluate(identitySources('method.request.header.'));
      assert.equal(template, sources.join(','));
      assert.equal(Number(evaluate(ttlSeconds)), ttl);
    });
  }
});

function asTemplateParameters(given: Given): Record<string, string> {
  const defaults = Object.entries(settingTemplateParameters).map(([name, parameter]) => [
    name,
    String((parameter as { Default: unknown }).Default),
  ]);
  const named = Object.entries(given).map(([name, value]) => [
    name.charAt(0).toUpperCase() + name.slice(1),
    value,
  ]);
  return Object.fromEntries([...defaults, ...named]);
}

/** CloudFormation's functions, as far as these parts of a template use them. */
function evaluator(parameters: Readonly<Record<string, string>>) {
  return function evaluate(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(evaluate);
    if (typeof value !== 'object' || value === null) return value;
    const [[name, argument]] = Object.entries(value) as [[string, never]];
    const list = () => evaluate(argument) as unknown[];
    switch (name) {
      case 'Ref':
        assert.ok(argument in parameters, `no parameter ${argument}`);
        return parameters[argument];
      case 'Condition':
        return evaluate(cachingConditions[argument]);
      case 'Fn::Equals':
        return list()[0] === list()[1];
      case 'Fn::Not':
        return !list()[0];
      case 'Fn::And':
        return list().every(Boolean);
      case 'Fn::Or':
        return list().some(Boolean);
      case 'Fn::If':
        return evaluate(evaluate({ Condition: argument[0] }) ? argument[1] : argument[2]);
      case 'Fn::Sub':
        return (argument as string).replace(/\$\{(\w+)\}/g, (_, parameter) =>
          String(evaluate({ Ref: parameter })),
        );
      case 'Fn::Join':
        return (list()[1] as string[]).join(String(list()[0]));
      case 'Fn::Split':
        return String(list()[1]).split(String(list()[0]));
      case 'Fn::Select':
        return (list()[1] as string[])[Number(list()[0])];
      default:
        return assert.fail(`unknown function ${name}`);
    }
  };
}
