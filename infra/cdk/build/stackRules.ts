/**
 * What the construct shares with the other stacks. `npm run build:cdk` bundles this file into the package as
 * `stackRules.js`, because jsii compiles the construct apart from this project.
 */
import { textOf } from '../../../src/api/options.ts';
import { nearestName } from '../../../src/config/readConfig.ts';
import { unsetWord } from '../../../src/config/readEnvironment.ts';
import { type Rule, readValue } from '../../../src/config/rules.ts';
import { type SettingName, settings } from '../../../src/config/settings.ts';
import { brokenParameters, stackParameters } from '../../stack/parameters.ts';
import { planStack, type StackPlan } from '../../stack/plan.ts';

export { lambda } from '../../stack/lambda.ts';
export { observabilityResources } from '../../stack/observability/resources.ts';
export { decryptSecrets, readSecrets } from '../../stack/secrets.ts';

/** What the plan of a stack is made of. A value that is known only during the deployment is a token of CDK, as text. */
export interface Options {
  /** Settings by the names of `createAuthorizer`'s options. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ttlSeconds: number | undefined;
  readonly identitySourceHeaders: readonly string[] | undefined;
  readonly refusalAlarmPercent: number | undefined;
  readonly runtime: string | undefined;
  /** Properties that the construct does not have. */
  readonly unknown: readonly string[];
}

const names = Object.keys(settings) as SettingName[];

/**
 * What follows from the options: checked with the authorizer's own rules, and by the caching rules of all stacks.
 * The function itself checks values that are known only during the deployment.
 *
 * @throws Error with everything that is wrong, which names the construct's properties and settings
 */
export function plan(options: Options): StackPlan {
  const { ttlSeconds, identitySourceHeaders } = options;
  const problems = [
    ...options.unknown.map(
      (name) => `unknown property ${name}${Object.hasOwn(settings, name) ? ': it is one of settings' : ''}`,
    ),
    ...brokenParameters({ ...options }, ['identitySourceHeaders', 'refusalAlarmPercent', 'runtime']),
  ];
  const environment: Record<string, string> = {};
  const checked: Record<string, string> = {};
  for (const [key, value] of Object.entries(options.settings)) {
    const name = names.find((name) => name === key);
    if (name === undefined) {
      problems.push(`unknown setting ${key}: did you mean ${nearestSetting(key)}?`);
    } else if (value !== undefined) {
      const { variable, rule } = settings[name];
      environment[variable] = String(value);
      checked[variable] = textOf(name, withStandIns(rule, value)) ?? '';
      // The function would read the word as unset.
      if (environment[variable] === unsetWord) problems.push(`${name} cannot be ${unsetWord}: leave it out`);
    }
  }
  const planned = planStack(
    { settings: checked, ttlSeconds, identitySourceHeaders },
    { nameOf: (name) => name, secret: 'secret', accountKey: 'accountKey' },
  );
  problems.push(...planned.problems);
  if (!planned.plan || problems.length > 0) {
    const text = problems.join('; ').replaceAll('authorizerTtlSeconds', 'resultsCacheTtl');
    throw new Error(`Approov authorizer: ${text}`);
  }
  return { ...planned.plan, environment: { ...planned.plan.environment, ...environment } };
}

/** The setting that a mistyped name, or one of a variable, is meant for. */
function nearestSetting(key: string): string {
  const known = new Map(
    names.map((name) => [key.startsWith('APPROOV_') ? settings[name].variable : name, name]),
  );
  return known.get(nearestName(key, [...known.keys()])) as string;
}

/**
 * A value with something for each token that is known only during the deployment: the first that its rule accepts. No rule of a
 * header, a number or a choice accepts one, because the authorizers of APIs follow from those.
 */
function withStandIns(rule: Rule, value: unknown, index = 0): unknown {
  if (Array.isArray(value) && 'listOf' in rule) {
    return value.map((item, itemIndex) => withStandIns(rule.listOf, item, itemIndex));
  }
  if (typeof value !== 'string' || !value.includes('${Token[')) return value;
  const standIns = [
    `https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example${index}`,
    'https://example.com',
    '/',
  ];
  return standIns.find((standIn) => readValue(rule, standIn) !== undefined) ?? value;
}

/** Default of a stack parameter. */
export function defaultOf(name: 'memoryMegabytes' | 'logRetentionDays' | 'refusalAlarmPercent'): number {
  return stackParameters[name].default;
}
