import { nearestName } from '../../src/config/nearestName.ts';
import { unsetWord } from '../../src/config/readEnvironment.ts';
import { type StackParameter, type StackParameterName, stackParameters } from '../stack/parameters.ts';
import { type SettingParameterName, settingParameters } from '../stack/settingParameters.ts';

/** What Serverless hands to a function that a variable names. */
export interface ServerlessContext {
  /** Command line options. */
  options: { param?: readonly string[] };
  resolveVariable(variable: string): Promise<unknown>;
}

const stackNames = [
  'secretArn',
  'accountKeyArn',
  'kmsKeyArn',
  'memoryMegabytes',
  'architecture',
  'reservedConcurrency',
  'logRetentionDays',
  'logKmsKeyArn',
  'authorizerTtlSeconds',
  'identitySourceHeaders',
  'corsOrigin',
  'hideToken',
  'throttlingRateLimit',
  'throttlingBurstLimit',
  'websocket',
  'apiGatewayLogRole',
  'alarmTopicArn',
  'refusalAlarmPercent',
] as const satisfies readonly StackParameterName[];

/** Name of a stage parameter. */
export type ParameterName = (typeof stackNames)[number] | SettingParameterName;

/** The parameters as text by name, undefined when not given or `none`. */
export type Parameters = Readonly<Partial<Record<ParameterName, string | undefined>>>;

/** Every stage parameter, from the table of all stacks. */
export const stageParameters: Readonly<Record<ParameterName, StackParameter>> = {
  ...settingParameters,
  ...(Object.fromEntries(stackNames.map((name) => [name, stackParameters[name]])) as Record<
    (typeof stackNames)[number],
    StackParameter
  >),
};

const parameterNames = Object.keys(stageParameters) as ParameterName[];

/** A stage parameter is wrong. Serverless prints the stack of an error: here it is the message alone. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.stack = this.message;
  }
}

/**
 * Reads all stage parameters, from `--param` and `params` in serverless.yml.
 *
 * @throws ParameterError for a `--param` of an unknown name, with the nearest known one.
 */
export async function readParameters({ options, resolveVariable }: ServerlessContext): Promise<Parameters> {
  const given = (options.param ?? []).map((text) => text.split('=', 1)[0] as string);
  const unknown = given.filter((name) => !parameterNames.includes(name as ParameterName));
  if (unknown.length > 0) {
    throw new ParameterError(
      unknown.map((name) => `unknown parameter ${name}: did you mean ${nearestName(name, parameterNames)}?`),
    );
  }
  const entries = parameterNames.map(async (name) => {
    const value = (await resolveVariable(`param:${name}, null`)) ?? undefined;
    const isUnset = value === unsetWord && stageParameters[name].default === unsetWord;
    return [name, value === undefined || isUnset ? undefined : String(value)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What a parameter is where it is not given, as text. */
export function parameterValue(parameters: Parameters, name: ParameterName): string {
  return parameters[name] ?? String(stageParameters[name].default);
}
