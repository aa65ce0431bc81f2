import { nearestName } from '../../src/config/readConfig.ts';
import { unsetWord } from '../../src/config/readEnvironment.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { type StackParameterName, stackParameters } from '../stack/parameters.ts';

/** What Serverless hands to a function that a variable names. */
export interface ServerlessContext {
  /** Command line options. */
  options: { param?: readonly string[] };
  resolveVariable(variable: string): Promise<unknown>;
}

/** The parameters that are about a stage and not a setting of the authorizer. */
export const parameterNames = [
  'secretArn',
  'accountKeyArn',
  'kmsKeyArn',
  'authorizerTtlSeconds',
  'identitySourceHeaders',
  'corsOrigin',
  'hideToken',
  'throttlingRateLimit',
  'throttlingBurstLimit',
  'websocket',
  'apiGatewayLogRole',
  'runtime',
  'memoryMegabytes',
  'architecture',
  'reservedConcurrency',
  'logRetentionDays',
  'logKmsKeyArn',
  'alarmTopicArn',
  'refusalAlarmPercent',
] as const satisfies readonly StackParameterName[];

/** Name of a parameter about the stage. */
export type ParameterName = (typeof parameterNames)[number];

/** The parameters of a stage as text: undefined when not given or `none`. */
export interface Parameters extends Readonly<Partial<Record<ParameterName, string | undefined>>> {
  /** Settings of the authorizer by variable. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A stage parameter is wrong. Serverless prints the stack of an error: here it is the message alone. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';

  constructor(problems: readonly string[]) {
    super(problems.join('; '));
    this.stack = this.message;
  }
}

const variables = Object.values(settings).map(({ variable }) => variable);

/**
 * Reads all stage parameters, from `--param` and `params` in serverless.yml.
 *
 * @throws ParameterError for a `--param` of an unknown name, and for an unknown `APPROOV_` name or an option's name under
 *   `params`, each with the name that was meant
 */
export async function readParameters(context: ServerlessContext): Promise<Parameters> {
  const { options, resolveVariable } = context;
  const onCommandLine = (options.param ?? []).map((text) => text.split('=', 1)[0] as string);
  const inFile = (await namesInFile(context)).filter((name) => /^APPROOV_/.test(name) || isOption(name));
  const unknown = [...new Set([...onCommandLine, ...inFile])].filter((name) => !isKnown(name));
  if (unknown.length > 0) {
    throw new ParameterError(
      unknown.map((name) => `unknown parameter ${name}: did you mean ${meantName(name)}?`),
    );
  }
  const read = async (names: readonly string[]) => {
    const values = names.map(async (name) => [
      name,
      textOf(name, await resolveVariable(`param:${name}, null`)),
    ]);
    const given = (await Promise.all(values)).filter(([, value]) => value !== undefined);
    return Object.fromEntries(given) as Record<string, string>;
  };
  const stack = Object.entries(await read(parameterNames)).filter(
    ([name, value]) => value !== unsetWord || stackParameters[name as ParameterName].default !== unsetWord,
  );
  return { ...Object.fromEntries(stack), settings: await read(variables) };
}

/** What a parameter is where it is not given, as text. */
export function parameterValue(parameters: Parameters, name: ParameterName): string {
  return parameters[name] ?? String(stackParameters[name].default);
}

/** Names under `params` in serverless.yml that count for the stage. */
async function namesInFile({ resolveVariable }: ServerlessContext): Promise<string[]> {
  const [params, stage] = await Promise.all([
    resolveVariable('self:params, null'),
    resolveVariable('sls:stage'),
  ]);
  const groups = (params ?? {}) as Readonly<Record<string, object | null>>;
  return ['default', String(stage)].flatMap((group) => Object.keys(groups[group] ?? {}));
}

/** A list is given as such or comma-separated. */
function textOf(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(',');
  throw new ParameterError([`${name} must be text or a list of texts`]);
}

function isKnown(name: string): boolean {
  return variables.includes(name) || (parameterNames as readonly string[]).includes(name);
}

/** Whether it is an option of `createAuthorizer`, which names the setting in TypeScript alone. */
function isOption(name: string): name is SettingName {
  return Object.hasOwn(settings, name);
}

function meantName(name: string): string {
  return isOption(name) ? settings[name].variable : nearestName(name, [...parameterNames, ...variables]);
}
