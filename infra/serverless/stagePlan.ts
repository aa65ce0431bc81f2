import { ConfigurationError, readConfig } from '../../src/config/readConfig.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { type AuthorizerCaching, authorizerCaching } from '../stack/authorizerCaching.ts';
import { cfn } from '../stack/intrinsics.ts';
import { secretIds } from '../stack/secrets.ts';
import { ParameterError, type Parameters, type StackParameterName, stackParameters } from './parameters.ts';

/** Environment variables of the authorizer. A setting that is unset is absent: an empty one fails the authorizer's start. */
export type Environment = Readonly<Record<string, string | { readonly Ref: string }>>;

/** All that follows from the stage parameters. */
export interface StagePlan {
  readonly caching: AuthorizerCaching;
  readonly environment: Environment;
  /** The account message signing key is used. */
  readonly needsAccountKey: boolean;
  readonly isSimpleResponse: boolean;
  readonly hasWebsocket: boolean;
  /** Origin of web pages that may call the APIs. */
  readonly corsOrigin: string;
  /** Headers that a browser may send. */
  readonly corsHeaders: readonly string[];
  readonly parameters: Parameters;
}

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

  const signingHeaders = ['Signature', 'Signature-Input', 'Content-Digest'];
  return {
    caching: cached.caching,
    environment: {
      // A Deny is what every kind of API understands, so that one function serves them all.
      APPROOV_DENIAL: 'policy',
      ...environmentOf(parameters),
      APPROOV_SECRET_ID: parameters.secretArn ?? cfn.ref(secretIds.token),
      ...(needsAccountKey && {
        APPROOV_ACCOUNT_KEY_ID: parameters.accountKeyArn ?? cfn.ref(secretIds.accountKey),
      }),
    },
    needsAccountKey,
    isSimpleResponse: config.httpApiResponse === 'simple',
    hasWebsocket: parameters.websocket === 'on',
    corsOrigin: parameters.corsOrigin ?? '*',
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
