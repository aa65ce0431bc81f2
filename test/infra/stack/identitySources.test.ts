import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { cachingConditions, identitySources, ttlSeconds } from '../../../infra/stack/gatewayCaching.ts';
import { settingTemplateParameters } from '../../../infra/stack/templateParameters.ts';
import { settings } from '../../../src/config/settings.ts';
import { type PlanCase, planCases } from '../../cases/planCases.ts';

/** CloudFormation compares the header of the user with the first bound one to the letter. */
const isExpressible = ({ name, identitySourceHeaders }: PlanCase) =>
  identitySourceHeaders === undefined && !name.includes('casing');

suite('identity sources and cache time of the templates are those of every stack', () => {
  for (const { name, settings, ttlSeconds: asked = 300, expected } of planCases.filter(isExpressible)) {
    test(name, () => {
      const evaluate = evaluator({ AuthorizerTtlSeconds: String(asked), ...asTemplateParameters(settings) });
      const sources = expected.headers.map((header) => `method.request.header.${header}`);
      const template = evaluate({ Condition: 'HasNoIdentitySource' })
        ? ''
        : evaluate(identitySources('method.request.header.'));
      assert.equal(template, sources.join(','));
      assert.equal(Number(evaluate(ttlSeconds)), expected.ttlSeconds);
    });
  }
});

function asTemplateParameters(given: PlanCase['settings']): Record<string, string> {
  const defaults = Object.entries(settingTemplateParameters).map(([name, parameter]) => [
    name,
    String((parameter as { Default: unknown }).Default),
  ]);
  const named = Object.entries(settings)
    .filter(([, { variable }]) => given[variable] !== undefined)
    .map(([name, { variable }]) => [name.charAt(0).toUpperCase() + name.slice(1), given[variable] as string]);
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
