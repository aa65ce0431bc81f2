import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { planStack } from '../../infra/stack/plan.ts';
import { settings } from '../../src/config/settings.ts';
import type { PlanCase } from '../cases/planCases.ts';
import { type Evaluated, evaluate, readTemplate, type Template, type Value } from './cloudFormation.ts';

const read = (path: string) =>
  readTemplate(readFileSync(new URL(`../../infra/cloudformation/${path}`, import.meta.url), 'utf8'));

/** The templates for an authorizer, as they are committed. */
export const samTemplate = read('sam/template.yaml');
export const attachTemplate = read('attach.yaml');

/** The template's parameter that gives a variable its value; undefined without one. */
export function parameterOf(template: Template, variable: string): string | undefined {
  const value = variablesOf(template)[variable] ?? '';
  return /^\{(?:"Fn::If":\["\w+",\{)?"Ref":"(\w+)"/.exec(JSON.stringify(value))?.[1];
}

/** The variables of the authorizer in a template. */
export function variablesOf(template: Template): Readonly<Record<string, Value>> {
  return template.Resources?.AuthorizerFunction?.Properties.Environment.Variables;
}

/**
 * Whether the parameters of a template can ask for a case. The templates compare headers to the letter, and settings that are no
 * parameter are edited in the template, which says what else they need.
 */
export function isExpressible(
  template: Template,
  { name, settings: given, identitySourceHeaders }: PlanCase,
) {
  return (
    identitySourceHeaders === undefined &&
    !name.includes('casing') &&
    Object.keys(given).every((variable) => parameterOf(template, variable) !== undefined)
  );
}

/** The parameters with which a template makes the stack of a case. */
export function parametersFor(
  template: Template,
  { settings: given, ttlSeconds, expected }: Pick<PlanCase, 'settings' | 'ttlSeconds'> & Partial<PlanCase>,
): Record<string, string> {
  return {
    ...Object.fromEntries(
      Object.entries(given).map(([variable, value]) => [parameterOf(template, variable) ?? variable, value]),
    ),
    ...(ttlSeconds !== undefined && { AuthorizerTtlSeconds: String(ttlSeconds) }),
    ...(expected?.readsSecret === false && { SecretArn: 'unused' }),
    ...('CodeBucket' in (template.Parameters ?? {}) && { CodeBucket: 'packages', CodeKey: 'authorizer.zip' }),
  };
}

/** What follows from a case for every face. */
export function stackPlan({ settings: given, ttlSeconds }: Pick<PlanCase, 'settings' | 'ttlSeconds'>) {
  const { plan, problems } = planStack(
    { settings: given, ttlSeconds },
    { nameOf: (name) => settings[name].variable, secret: 'SecretArn', accountKey: 'AccountKeyArn' },
  );
  assert.ok(plan, problems.join('; '));
  return plan;
}

/** Asserts that the function has the settings of a case, and may read the secrets that it needs and nothing else. */
export function assertFunction(stack: Evaluated, { settings: given, expected }: PlanCase): void {
  const { readsSecret = true, readsAccountKey = false } = expected;
  const { Variables } = stack.properties('AuthorizerFunction').Environment;
  assert.partialDeepStrictEqual(Variables, {
    APPROOV_DENIAL: 'policy',
    APPROOV_SECRET_ID: readsSecret ? 'ApproovTokenSecret' : 'none',
    APPROOV_ACCOUNT_KEY_ID: readsAccountKey ? 'ApproovAccountKey' : 'none',
    ...given,
  });
  const [policy, ...others] = stack.properties('AuthorizerRole').Policies;
  assert.deepEqual(others, []);
  const rights = policy.PolicyDocument.Statement.map(({ Action, Resource }: Record<string, string>) => [
    Action,
    Resource,
  ]);
  assert.deepEqual(rights, [
    [['logs:CreateLogStream', 'logs:PutLogEvents'], 'AuthorizerLogGroup.Arn'],
    ...(readsSecret ? [['secretsmanager:GetSecretValue', 'ApproovTokenSecret']] : []),
    ...(readsAccountKey ? [['secretsmanager:GetSecretValue', 'ApproovAccountKey']] : []),
  ]);
  assert.equal(stack.ids.includes('ApproovTokenSecret'), readsSecret);
  assert.equal(stack.ids.includes('ApproovAccountKey'), readsAccountKey);
}

/**
 * Asserts that the authorizers of the SAM stack are those of a case, before and after SAM's translation.
 *
 * @param template as it is committed, or as SAM translates it
 */
export function assertSamStack(template: Template, planCase: PlanCase): void {
  const stack = evaluate(template, { Websocket: 'on', ...parametersFor(samTemplate, planCase) });
  assertFunction(stack, planCase);
  const { ttlSeconds, headers, webSocketHeaders = headers } = planCase.expected;
  const [rest, http] = ['RestApi', 'HttpApi'].map((id) => {
    const { DefinitionBody, Body = DefinitionBody } = stack.properties(id);
    return Body.components.securitySchemes.approov['x-amazon-apigateway-authorizer'];
  });
  const sources = (selector: string, names = headers) => names.map((name) => selector + name);
  for (const { authorizer, selector } of [
    { authorizer: rest, selector: 'method.request.header.' },
    { authorizer: http, selector: '$request.header.' },
  ]) {
    assert.equal(authorizer.type, 'request');
    assert.equal(Number(authorizer.authorizerResultTtlInSeconds), ttlSeconds);
    assert.deepEqual(authorizer.identitySource?.split(',').sort() ?? [], sources(selector).sort());
  }
  assert.equal(http.authorizerPayloadFormatVersion, '2.0');
  assert.equal(http.enableSimpleResponses, false);
  assert.deepEqual(
    stack.properties('WebsocketAuthorizer').IdentitySource.toSorted(),
    sources('route.request.header.', webSocketHeaders).sort(),
  );
}
