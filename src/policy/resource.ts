import type { InvokeArn } from '../event/invokeArn.ts';

/** What an Allow or Deny covers: every method of the stage, or only the method called. */
export const resourceScopes = ['stage', 'method'] as const;

/** See {@link resourceScopes}. */
export type ResourceScope = (typeof resourceScopes)[number];

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

/** The characters of the path, each with its escape: a cut never falls inside one. */
function neutralisedParts(rawSuffix: string): string[] {
  return (rawSuffix.match(/\$\{|[\s\S]/gu) ?? []).map((part) => escapes[part] ?? part);
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: these are IAM policy variables
const escapes: Readonly<Record<string, string>> = { '*': '${*}', '?': '${?}', '${': '${$}{' };
