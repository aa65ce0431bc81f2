import { ConfigurationError, readConfig } from '../../src/config/readConfig.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { type AuthorizerCaching, authorizerCaching } from '../stack/authorizerCaching.ts';
import { ParameterError, type Parameters, type StackParameterName, stackParameters } from './parameters.ts';

/** A value in a template: text, or a reference that CloudFormation resolves. */
export type TemplateText = string | { readonly Ref: string };

/** Environment variables of a function. A setting that is unset is absent: an empty one fails the authorizer's start. */
export type Environment = Readonly<Record<string, TemplateText>>;

/** All that follows from the stage parameters. */
export interface StagePlan {
  readonly caching: AuthorizerCaching;
  /** By the kind of API. */
  readonly environments: Readonly<Record<'rest' | 'http' | 'websocket', Environment>>;
  /** The account message signing key is used. */
  readonly needsAccountKey: boolean;
  readonly isSimpleResponse: boolean;
  /** Headers that a browser may send. */
  readonly corsHeaders: readonly string[];
  readonly parameters: Parameters;
}

/** Logical ids of the secrets that the stack makes when no ARN is given. */
export const createdSecrets = { token: 'ApproovTokenSecret', accountKey: 'ApproovAccountKey' } as const;

/**
 * Checks the stage parameters with the authorizer's own rules and against each other, and derives the stage from them.
 *
 * @throws ParameterError with everything that is wrong.
 */
export function planStage(parameters: Parameters): StagePlan {
  const problems = stackProblems(parameters);
  const needsAccountKey = parameters.messageSigning === 'account';
  if (parameters.accountKeyArn !== undefined && !needsAccountKey) {
    problems.push('accountKeyArn is of use with messageSigning=account alone');
  }
  const config = check(parameters, needsAccountKey, problems);
  const ttl = parameters.authorizerTtlSeconds;
  const cached =
    config &&
    authorizerCaching(config, {
      ttlSeconds: ttl === undefined ? undefined : Number(ttl),
      headers: parameters.identitySourceHeaders?.split(',').map((name) => name.trim()),
    });
  problems.push(...(cached?.problems ?? []));
  if (config === undefined || cached === undefined || problems.length > 0) {
    throw new ParameterError(problems);
  }

  const common: Environment = {
    ...environmentOf(parameters),
    APPROOV_SECRET_ID: parameters.secretArn ?? { Ref: createdSecrets.token },
    ...(needsAccountKey && {
      APPROOV_ACCOUNT_KEY_ID: parameters.accountKeyArn ?? { Ref: createdSecrets.accountKey },
    }),
  };
  // Only REST APIs have gateway responses that turn a Deny into a 401; on the others a refusal must be thrown.
  const { APPROOV_HTTP_API_RESPONSE: response, ...others } = common;
  const thrown = { ...others, APPROOV_DENIAL: 'unauthorized' };
  const signingHeaders = ['Signature', 'Signature-Input', 'Content-Digest'];
  return {
    caching: cached.caching,
    environments: {
      rest: { ...others, APPROOV_DENIAL: parameters.denial ?? 'policy' },
      http: { ...thrown, ...(response !== undefined && { APPROOV_HTTP_API_RESPONSE: response }) },
      websocket: thrown,
    },
    needsAccountKey,
    isSimpleResponse: config.httpApiResponse === 'simple',
    corsHeaders: [
      ...new Set(['Content-Type', config.tokenHeader, 'Approov-Status', ...config.binding.headers]),
      ...(config.messageSigning ? signingHeaders : []),
    ],
    parameters,
  };
}

function stackProblems(parameters: Parameters): string[] {
  return (Object.keys(stackParameters) as StackParameterName[]).flatMap((name) => {
    const text = parameters[name];
    const { rule } = stackParameters[name];
    return text === undefined || rule.parse(text) !== undefined ? [] : [`${name} must be ${rule.expects}`];
  });
}

function check(parameters: Parameters, needsAccountKey: boolean, problems: string[]) {
  const named = Object.fromEntries(
    Object.keys(settings).map((name) => [name, parameters[name as keyof Parameters]]),
  );
  // Where the secrets are is not known before the stack is made; that they are somewhere is.
  const raw = { ...named, secretId: 'secret', ...(needsAccountKey && { accountKeyId: 'account-key' }) };
  try {
    return readConfig(raw, (name) => name).config;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) {
      throw error;
    }
    problems.push(error.message);
    return undefined;
  }
}

function environmentOf(parameters: Parameters): Record<string, string> {
  const names = Object.keys(settings) as SettingName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = parameters[name as keyof Parameters];
      return value === undefined ? [] : [[settings[name].variable, value]];
    }),
  );
}
