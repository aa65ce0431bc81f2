import type { Config } from '../config/settings.ts';
import type { InvokeArn } from '../event/apiRequest.ts';
import { latestNumericDate } from '../token/claims.ts';

/**
 * Policy document of an authorizer's answer. Answers are mutable, as in `@types/aws-lambda`: each is made for one
 * request.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html}
 */
export interface Policy {
  Version: '2012-10-17';
  Statement: [
    {
      Action: 'execute-api:Invoke';
      Effect: 'Allow' | 'Deny';
      Resource: string;
      Condition?: { DateLessThan: { 'aws:CurrentTime': string } };
    },
  ];
}

/**
 * Allows or denies calls to a resource.
 *
 * @param until seconds since 1970 UTC at which a cached copy of this policy ends; undefined: never
 */
export function policyOf(Effect: 'Allow' | 'Deny', Resource: string, until?: number): Policy {
  const condition =
    until === undefined ? {} : { Condition: { DateLessThan: { 'aws:CurrentTime': isoSeconds(until) } } };
  return {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Effect, Resource, ...condition }],
  };
}

/**
 * A statement that denies every call from a moment on. Next to it, an Allow ends then, whatever its resources are.
 *
 * @param until seconds since 1970 UTC
 */
export function denyFrom(until: number) {
  return {
    Action: 'execute-api:Invoke',
    Effect: 'Deny',
    Resource: '*',
    Condition: { DateGreaterThanEquals: { 'aws:CurrentTime': isoSeconds(until) } },
  };
}

/** ISO 8601 in whole seconds, rounded down: a policy must not outlive its token. */
function isoSeconds(seconds: number): string {
  return `${new Date(Math.min(Math.floor(seconds), latestNumericDate) * 1000).toISOString().slice(0, -5)}Z`;
}

/** The longest `Resource` that API Gateway accepts, in characters. */
export const longestResource = 512;

/**
 * The policy's resource.
 *
 * `stage` is safe with authorizer caching: API Gateway applies the cached policy to every method that the same token
 * calls. `method` contains the path that the client sent. Characters that IAM would read as a pattern are escaped, and
 * a path that is too long is cut, with everything below the cut allowed.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars}
 *
 * @internal
 */
export function policyResource(arn: InvokeArn, scope: Config['resourceScope']): string {
  if (scope === 'stage') return `${arn.stageArn}/*`;
  let resource = arn.stageArn;
  let leavesRoom = resource;
  // Each character with its escape: a cut never falls inside one.
  for (const [rawPart] of arn.rawSuffix.matchAll(/\$\{|[\s\S]/gu)) {
    const part = escapes[rawPart] ?? rawPart;
    if (resource.length + part.length > longestResource) return `${leavesRoom}*`;
    resource += part;
    if (resource.length < longestResource) leavesRoom = resource;
  }
  return resource;
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: these are IAM policy variables
const escapes: Readonly<Record<string, string>> = { '*': '${*}', '?': '${?}', '${': '${$}{' };
