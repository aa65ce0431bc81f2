/**
 * What the construct shares with the other stacks. `npm run build:cdk` bundles this file into the package as
 * `stackRules.js`, because jsii compiles the construct apart from this project.
 */
import { nearestName } from '../../../src/config/readConfig.ts';
import { type Rule, readValue } from '../../../src/config/rules.ts';
import { type SettingName, settings } from '../../../src/config/settings.ts';
import { brokenParameters, stackParameters } from '../../stack/parameters.ts';
import { planStack, type StackPlan } from '../../stack/plan.ts';

export { lambda } from '../../stack/lambda.ts';
export { observabilityResources } from '../../stack/observability/resources.ts';

/** What the plan of a stack is made of. A value that is known only during the deployment is a token of CDK. */
export interface Options {
  /** Settings as text, by the names of `createAuthorizer`'s options. */
  readonly settings: Readonly<Record<string, string>>;
  readonly ttlSeconds: number | undefined;
  readonly identitySourceHeaders: readonly string[] | undefined;
  readonly refusalAlarmPercent: number | undefined;
}

/** A value that CDK knows only during the deployment. */
const token = /\$\{Token\[/;

/**
 * What stands for such a value in the checks: the first that its rule accepts. No rule of a header, a number or a choice
 * accepts one, because the authorizers of APIs follow from those.
 */
const standIns = [
  'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example',
  'https://example.com',
  '/',
];

/**
 * What follows from the options: checked with the authorizer's own rules, and by the caching rules of all stacks.
 * The function itself checks values that are known only during the deployment.
 *
 * @throws Error with everything that is wrong, which names the construct's properties and settings
 */
export function plan(options: Options): StackPlan {
  const { ttlSeconds, identitySourceHeaders, refusalAlarmPercent } = options;
  const names = Object.keys(settings);
  const given = Object.entries(options.settings).filter(([name]) => names.includes(name)) as [
    SettingName,
    string,
  ][];
  const unknown = Object.keys(options.settings)
    .filter((name) => !names.includes(name))
    .map((name) => `unknown setting ${name}: did you mean ${nearestName(name, names)}?`);
  const environmentOf = (value: (name: SettingName, text: string) => string) =>
    Object.fromEntries(given.map(([name, text]) => [settings[name].variable, value(name, text)] as const));
  const { plan: planned, problems } = planStack(
    { settings: environmentOf(standInFor), ttlSeconds, identitySourceHeaders },
    { nameOf: (name) => name, secret: 'secret', accountKey: 'accountKey' },
  );
  const all = [...unknown, ...broken({ identitySourceHeaders, refusalAlarmPercent }), ...problems];
  if (!planned || all.length > 0) throw new Error(`Approov authorizer: ${all.join('; ')}`);
  return { ...planned, environment: { ...planned.environment, ...environmentOf((_, text) => text) } };
}

function broken(given: Pick<Options, 'identitySourceHeaders' | 'refusalAlarmPercent'>): string[] {
  return brokenParameters(given, ['identitySourceHeaders', 'refusalAlarmPercent']);
}

/** Default of a stack parameter. */
export function defaultOf(name: 'memoryMegabytes' | 'logRetentionDays' | 'refusalAlarmPercent'): number {
  return stackParameters[name].default;
}

function standInFor(name: SettingName, text: string): string {
  if (!token.test(text)) return text;
  return standIns.find((standIn) => readValue(settings[name].rule as Rule, standIn) !== undefined) ?? text;
}
