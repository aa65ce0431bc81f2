import { readConfig } from '../../src/config/readConfig.ts';
import { type SettingName, settings } from '../../src/config/settings.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { type AuthorizerCaching, authorizerCaching } from '../stack/authorizerCaching.ts';
import { corsHeaders, corsSigningHeaders } from '../stack/cors.ts';
import { cfn } from '../stack/intrinsics.ts';
import {
  keepsRule,
  ruleInWords,
  type StackParameterName,
  stackParameters,
  unusedWord,
} from '../stack/parameters.ts';
import { secretIds } from '../stack/secrets.ts';
import { ParameterError, type Parameters, parameterValue } from './parameters.ts';

/**
 * Environment variables of the authorizer. A setting that is unset is absent: an empty one fails the authorizer's
 * start.
 */
export type Environment = Readonly<Record<string, string | { readonly Ref: string }>>;

/** Requests per second, and at once. */
export type Throttling = Readonly<Record<'ThrottlingRateLimit' | 'ThrottlingBurstLimit', number>>;

/** Everything that follows from the stage parameters. */
export interface StagePlan {
  readonly caching: AuthorizerCaching;
  readonly environment: Environment;
  /** Tokens may be signed with the secret. */
  readonly needsSecret: boolean;
  /** The account message signing key is used. */
  readonly needsAccountKey: boolean;
  readonly isSimpleResponse: boolean;
  readonly hasWebsocket: boolean;
  /** Identity sources of the WebSocket API: none when the token may be in the query instead. */
  readonly websocketHeaders: readonly string[];
  /** The header that the HTTP API keeps from the backend. */
  readonly hiddenHeader: string | undefined;
  /** Origin of web pages that may call the APIs. */
  readonly corsOrigin: string;
  /** Headers that a browser may send. */
  readonly corsHeaders: readonly string[];
  /** Limits of each stage for each of its routes. */
  readonly throttling: Throttling | undefined;
  readonly parameters: Parameters;
}

/**
 * Checks the stage parameters with the authorizer's own rules and against each other, and derives the stage from them.
 *
 * @throws ParameterError with everything that is wrong.
 */
export function planStage(parameters: Parameters): StagePlan {
  const problems = stackProblems(parameters);
  const needsAccountKey = parameters.messageSigning === 'account' || parameters.messageSigning === 'any';
  if (parameters.accountKeyArn !== undefined && !needsAccountKey) {
    problems.push('accountKeyArn is only used with messageSigning=account or messageSigning=any');
  }
  const algorithms = parameters.algorithms?.split(',').map((name) => name.trim());
  const needsSecret = algorithms === undefined || algorithms.includes('HS256');
  if (parameters.secretArn !== undefined && needsSecret !== (parameters.secretArn !== unusedWord)) {
    problems.push(
      `secretArn must be ${needsSecret ? 'an ARN, for algorithms has HS256' : `${unusedWord} or unset, for algorithms is without HS256`}`,
    );
  }
  const { throttlingRateLimit: rate, throttlingBurstLimit: burst } = parameters;
  if ((rate === undefined) !== (burst === undefined)) {
    problems.push('throttlingRateLimit and throttlingBurstLimit must be given together');
  }
  const config = check(parameters, needsSecret, needsAccountKey, problems);
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

  return {
    caching: cached.caching,
    environment: {
      APPROOV_DENIAL: parameterValue(parameters, 'denial'),
      ...environmentOf(parameters),
      ...(needsSecret && { APPROOV_SECRET_ID: parameters.secretArn ?? cfn.ref(secretIds.token) }),
      ...(needsAccountKey && {
        APPROOV_ACCOUNT_KEY_ID: parameters.accountKeyArn ?? cfn.ref(secretIds.accountKey),
      }),
    },
    needsSecret,
    needsAccountKey,
    isSimpleResponse: config.httpApiResponse === 'simple',
    hasWebsocket: parameters.websocket === 'on',
    websocketHeaders: config.tokenQueryParameter === undefined ? cached.caching.headers : [],
    hiddenHeader: parameters.hideToken === 'on' ? config.tokenHeader : undefined,
    corsOrigin: parameterValue(parameters, 'corsOrigin'),
    corsHeaders: [
      ...new Set([
        ...corsHeaders,
        config.tokenHeader,
        ...config.bindingHeaders,
        ...(config.userAuth === 'off' ? [] : [config.userHeader]),
      ]),
      ...(config.messageSigning === 'off' ? [] : corsSigningHeaders),
    ],
    throttling:
      rate === undefined
        ? undefined
        : { ThrottlingRateLimit: Number(rate), ThrottlingBurstLimit: Number(burst) },
    parameters,
  };
}

function stackProblems(parameters: Parameters): string[] {
  const names = Object.keys(stackParameters) as (keyof Parameters & StackParameterName)[];
  return names.flatMap((name) => {
    const { rule } = stackParameters[name];
    const value = parameters[name];
    return value === undefined || keepsRule(rule, value) ? [] : [`${name} must be ${ruleInWords(rule)}`];
  });
}

function check(parameters: Parameters, needsSecret: boolean, needsAccountKey: boolean, problems: string[]) {
  const named = Object.fromEntries(
    Object.keys(settings).map((name) => [name, parameters[name as keyof Parameters]]),
  );
  // Where the secrets are is not known before the stack is made; that they are somewhere is.
  const raw = {
    ...named,
    denial: parameterValue(parameters, 'denial'),
    ...(needsSecret && { secretId: 'secret' }),
    ...(needsAccountKey && { accountKeyId: 'account-key' }),
  };
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
