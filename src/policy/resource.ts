import type { InvokeArn } from '../event/invokeArn.ts';

/** What an Allow or Deny covers: every method of the stage, or the called one alone. */
export const resourceScopes = ['stage', 'method'] as const;

/** See {@link resourceScopes}. */
export type ResourceScope = (typeof resourceScopes)[number];

/** Longest `Resource` that API Gateway takes, in characters. */
export const longestResource = 512;

/**
 * The policy's resource.
 *
 * `stage` is safe with authorizer caching, where API Gateway holds the cached policy against every method that the same
 * token calls. `method` carries the path that the client sent: what IAM would read as a pattern in it is written so that
 * it stands for itself, and a path too long is cut, with everything under the cut allowed.
 *
 * @see {@link https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-specialchars}
 */
export function policyResource(arn: InvokeArn, scope: ResourceScope): string {
  if (scope === 'stage') return `${arn.stageArn}/*`;
  let resource = arn.stageArn;
  let leavesRoom = resource;
  for (const part of neutralisedParts(arn.rawSuffix)) {
    if (resource.length + part.length > longestResource) return `${leavesRoom}*`;
    resource += part;
    if (resource.length < longestResource) leavesRoom = resource;
  }
  return resource;
}

/** Characters of the path, each one whole: a cut never falls inside an escape. */
function neutralisedParts(rawSuffix: string): string[] {
  return (rawSuffix.match(/\$\{|[\s\S]/gu) ?? []).map((part) => escapes[part] ?? part);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: these are IAM policy variables
const escapes: Readonly<Record<string, string>> = { '*': '${*}', '?': '${?}', '${': '${$}{' };
