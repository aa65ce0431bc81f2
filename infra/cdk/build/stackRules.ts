/**
 * What the construct shares with the other stacks. `npm run build:cdk` bundles this file into the package as
 * `stackRules.js`, because jsii compiles the construct apart from this project.
 */
import { type Rule, readValue } from '../../../src/config/rules.ts';
import { type SettingName, settings } from '../../../src/config/settings.ts';
import { brokenParameters, stackParameters } from '../../stack/parameters.ts';
import { planStack, type StackPlan } from '../../stack/plan.ts';

export { lambda } from '../../stack/lambda.ts';
export { observabilityResources } from '../../stack/observability/resources.ts';

/** Values of settings and stack parameters as text, by the name in their tables. */
export type Options = Readonly<Record<string, string>>;

const stackOptions = [
  'authorizerTtlSeconds',
  'identitySourceHeaders',
  'memoryMegabytes',
  'reservedConcurrency',
  'logRetentionDays',
  'refusalAlarmPercent',
] as const;

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
 * @throws Error with everything that is wrong, which names the construct's properties
 */
export function plan(options: Options): StackPlan {
  const given = (Object.keys(settings) as SettingName[]).filter((name) => options[name] !== undefined);
  const environmentOf = (value: (name: SettingName, text: string) => string) =>
    Object.fromEntries(
      given.map((name) => [settings[name].variable, value(name, options[name] as string)] as const),
    );
  const { authorizerTtlSeconds: ttl, identitySourceHeaders } = options;
  const { plan, problems } = planStack(
    {
      settings: environmentOf(standInFor),
      ttlSeconds: ttl === undefined ? undefined : Number(ttl),
      identitySourceHeaders: identitySourceHeaders?.split(',').map((name) => name.trim()),
    },
    { nameOf: (name) => name, secret: 'secret', accountKey: 'accountKey' },
  );
  const broken = brokenParameters(options, stackOptions);
  if (!plan || broken.length > 0) {
    throw new Error(
      `Approov authorizer: ${[...broken, ...problems].join('; ').replaceAll(/\b([a-z]\w*)Seconds\b/g, '$1')}`,
    );
  }
  return { ...plan, environment: { ...plan.environment, ...environmentOf((_, text) => text) } };
}

/** Default of a stack parameter. */
export function defaultOf(name: 'memoryMegabytes' | 'logRetentionDays' | 'refusalAlarmPercent'): number {
  return stackParameters[name].default;
}

function standInFor(name: string, text: string): string {
  if (!token.test(text)) return text;
  const rule = settings[name as SettingName]?.rule as Rule | undefined;
  return standIns.find((standIn) => rule && readValue(rule, standIn) !== undefined) ?? text;
}
