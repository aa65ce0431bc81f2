import type { ApiKind } from './api.ts';
import { type Evaluation, evaluate } from './iam.ts';

/** The meaning of an authorizer's answer, as it is cached. */
export interface AuthorizerResult {
  readonly principalId: string | undefined;
  readonly context: Readonly<Record<string, unknown>>;
  /** `isAuthorized` of the simple response, or a policy. */
  readonly decides: { readonly isAuthorized: boolean } | { readonly policyDocument: object };
}

const longestResource = 512;
const largestResult = 8192;

/**
 * Reads an authorizer's answer as strictly as API Gateway does.
 *
 * @returns undefined for an answer that API Gateway turns into a 500.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export function readResult(kind: ApiKind, response: unknown): AuthorizerResult | undefined {
  if (!isObject(response) || JSON.stringify(response).length > largestResult) return undefined;
  const { principalId, policyDocument, isAuthorized, context = {} } = response;
  if (!isObject(context) || (kind !== 'http2' && !Object.values(context).every(isFlat))) return undefined;
  if (kind === 'http2' && typeof isAuthorized === 'boolean') {
    return { principalId: undefined, context, decides: { isAuthorized } };
  }
  if (typeof principalId !== 'string' || principalId === '' || !isObject(policyDocument)) return undefined;
  const statements = policyDocument.Statement;
  if (!Array.isArray(statements) || !statements.every(hasResources)) return undefined;
  return { principalId, context, decides: { policyDocument } };
}

/**
 * Whether API Gateway can serve a result from its cache. On HTTP APIs, JSON text in the context is reported to turn every
 * cached answer into a 500 ("Invalid json in authorizer response"), although the same answer passes when it is new.
 *
 * @see https://github.com/mantil-io/mantil/issues/52
 */
export function isServedFromCache(kind: ApiKind, { context }: AuthorizerResult): boolean {
  const isHttpApi = kind === 'http1' || kind === 'http2';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
  return !isHttpApi || Object.values(context).every((value) => !/["\\\u0000-\u001f]/.test(String(value)));
}

/** Evaluates a result, cached or not, for the method that is called now. */
export async function decide({ decides }: AuthorizerResult, arn: string, at: number): Promise<Evaluation> {
  if ('isAuthorized' in decides) return decides.isAuthorized ? 'allowed' : 'explicit-deny';
  return evaluate({ policyDocument: decides.policyDocument, arn, at });
}

/** The simulator checks neither that a resource is an ARN nor its length. */
function hasResources(statement: unknown): boolean {
  const { Resource } = isObject(statement) ? statement : {};
  return [Resource]
    .flat()
    .every((arn) => typeof arn === 'string' && /^(\*$|arn:)/.test(arn) && arn.length <= longestResource);
}

function isFlat(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
