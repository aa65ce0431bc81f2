import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { readValue } from '../../src/config/rules.ts';
import { type Config, type SettingName, settings } from '../../src/config/settings.ts';
import { ConfigurationError } from '../../src/errors.ts';
import { type AskedCaching, authorizerCaching } from './authorizerCaching.ts';
import { arcBody, emptyBody, gatewayResponses } from './gatewayResponses.ts';

/** What somebody asks of a stack. */
export interface StackRequest extends AskedCaching {
  /** Settings of the authorizer by variable, without those of the two secrets. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether an HTTP API removes the token header before the backend. */
  readonly hidesToken?: boolean;
}

/** How a face calls things in its errors. */
export interface FaceNames {
  readonly nameOf: (name: SettingName) => string;
  /** The parameters for the secrets, which also give the function its rights. */
  readonly secret: string;
  readonly accountKey: string;
}

/** What follows from a {@link StackRequest}. */
export interface StackPlan {
  readonly config: Config;
  /** Variables of the function, without those of the two secrets. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the function reads the secret of tokens. */
  readonly needsSecret: boolean;
  /** Whether the function reads the account message signing key. */
  readonly needsAccountKey: boolean;
  /** How long API Gateway keeps an answer; 0 for no cache. */
  readonly ttlSeconds: number;
  /** Headers that are identity sources of REST and HTTP APIs. */
  readonly headers: readonly string[];
  /** Those of WebSocket APIs: none when the token may be in the query instead. */
  readonly webSocketHeaders: readonly string[];
  readonly isSimpleResponse: boolean;
  /** Headers that a browser may send. */
  readonly corsHeaders: readonly string[];
  /** Responses that a REST API itself gives. */
  readonly gatewayResponses: readonly GatewayResponse[];
}

/** A response that a REST API itself gives: its type, its status, and its body by content type. */
export interface GatewayResponse {
  readonly type: string;
  readonly status: string;
  readonly templates: Readonly<Record<string, string>>;
}

/**
 * Headers that a parameter mapping of an HTTP API may not change.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-parameter-mapping.html} Reserved headers
 */
const reservedHeader =
  /^(access-control-.*|apigw-.*|x-amzn?-.*|authorization|connection|content-(encoding|length|location)|forwarded|host|keep-alive|origin|proxy-authenticate|proxy-authorization|te|trailers|transfer-encoding|upgrade|via|x-forwarded-(for|host|proto))$/i;

/**
 * Checks what is asked of a stack by the function's own rules and against each other, and derives from it what every
 * kind of template needs.
 *
 * @returns `problems`: everything that is wrong; the plan when there is none
 */
export function planStack(
  request: StackRequest,
  names: FaceNames,
): { readonly plan?: StackPlan; readonly problems: readonly string[] } {
  const given = { [settings.denial.variable]: 'policy', ...request.settings };
  const needsSecret = usesSecret(given[settings.algorithms.variable]);
  const needsAccountKey = ['account', 'any'].includes(given[settings.messageSigning.variable] ?? '');
  const problems: string[] = [];
  for (const [name, parameter] of [
    ['secretId', names.secret],
    ['accountKeyId', names.accountKey],
  ] as const) {
    const { variable } = settings[name];
    if (variable in given)
      problems.push(`${names.nameOf(name)} cannot be given: ${parameter} takes the secret`);
    // Which secret it is may only be known after the deployment.
    delete given[variable];
  }
  const config = configOf(
    {
      ...given,
      ...(needsSecret && { [settings.secretId.variable]: 'secret' }),
      ...(needsAccountKey && { [settings.accountKeyId.variable]: 'account-key' }),
    },
    names,
    problems,
  );
  if (config === undefined) return { problems };
  const caching = authorizerCaching(config, request, names.nameOf);
  problems.push(...caching.problems);
  if (request.hidesToken && reservedHeader.test(config.tokenHeader)) {
    problems.push(`hideToken cannot be on: HTTP APIs let nobody remove the header ${config.tokenHeader}`);
  }
  if (problems.length > 0) return { problems };
  const plan = {
    config,
    environment: given,
    needsSecret,
    needsAccountKey,
    ttlSeconds: caching.ttlSeconds,
    headers: caching.headers,
    webSocketHeaders: config.tokenQueryParameter === undefined ? caching.headers : [],
    isSimpleResponse: config.httpApiResponse === 'simple',
    corsHeaders: distinct([
      'Content-Type',
      'Approov-Status',
      config.tokenHeader,
      ...config.bindingHeaders,
      ...(config.userAuth === 'off' ? [] : [config.userHeader]),
      ...['Signature', 'Signature-Input', 'Content-Digest'],
    ]),
    gatewayResponses: gatewayResponses.map(({ type, status }) => ({
      type,
      status,
      templates: config.denialArc === 'on' && type === 'ACCESS_DENIED' ? arcBody : emptyBody,
    })),
  };
  return { plan, problems };
}

/** Whether HS256 is allowed. A list that breaks its rule is reported with the other settings. */
function usesSecret(algorithms: string | undefined): boolean {
  const { rule, defaultValue } = settings.algorithms;
  const names = algorithms === undefined ? defaultValue : readValue(rule, algorithms);
  return names === undefined || names.includes('HS256');
}

function configOf(environment: Record<string, string>, { nameOf }: FaceNames, problems: string[]) {
  try {
    return readEnvironment(environment, nameOf).config;
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

/** Without those that differ from an earlier one in casing alone. */
function distinct(headers: readonly string[]): string[] {
  const lower = headers.map((name) => name.toLowerCase());
  return headers.filter((_, index) => lower.indexOf(lower[index] as string) === index);
}
