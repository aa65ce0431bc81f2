/**
 * What the construct shares with the other stacks. `npm run build:cdk` bundles this file into the package as
 * `stackRules.js`, because jsii compiles the construct apart from this project.
 */
import { type Rule, readValue } from '../../../src/config/rules.ts';
import { type SettingName, settings } from '../../../src/config/settings.ts';
import { stageParameters } from '../../serverless/parameters.ts';
import { planStage } from '../../serverless/stagePlan.ts';
import { arcBody, emptyBody, gatewayResponses } from '../../stack/gatewayResponses.ts';

export { lambda } from '../../stack/lambda.ts';
export { observabilityResources } from '../../stack/observability/resources.ts';

/** Values of settings and stack parameters as text, by the name in their tables. */
export type Options = Readonly<Record<string, string>>;

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
 * @throws Error with everything that is wrong, which names the construct's properties.
 */
export function plan(options: Options) {
  const { environment, caching, isSimpleResponse, websocketHeaders } = planned(
    Object.fromEntries(Object.entries(options).map(([name, text]) => [name, standInFor(name, text)])),
  );
  const given = (Object.keys(settings) as SettingName[]).filter((name) => options[name] !== undefined);
  return {
    needsSecret: settings.secretId.variable in environment,
    needsAccountKey: settings.accountKeyId.variable in environment,
    environment: {
      APPROOV_DENIAL: environment.APPROOV_DENIAL as string,
      ...Object.fromEntries(given.map((name) => [settings[name].variable, options[name] as string])),
    },
    ttlSeconds: caching.ttlSeconds,
    headers: caching.headers,
    webSocketHeaders: websocketHeaders,
    isSimpleResponse,
    gatewayResponses: gatewayResponses.map(({ type, status }) => ({
      type,
      status,
      templates: options.denialArc === 'on' && type === 'ACCESS_DENIED' ? arcBody : emptyBody,
    })),
  };
}

/** Default of a stack parameter. */
export function defaultOf(name: keyof typeof stageParameters): number {
  return Number(stageParameters[name].default);
}

function planned(options: Options) {
  try {
    return planStage(options);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`Approov authorizer: ${message.replaceAll(/\b([a-z]\w*)Seconds\b/g, '$1')}`);
  }
}

function standInFor(name: string, text: string): string {
  if (!token.test(text)) return text;
  const rule = settings[name as SettingName]?.rule as Rule | undefined;
  return standIns.find((standIn) => rule && readValue(rule, standIn) !== undefined) ?? text;
}
