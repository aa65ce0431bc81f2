/** API Gateway's own host names: `<api>.execute-api.<region>.amazonaws.com`. */
const generatedDomain = /^[^.]+\.execute-api\./i;

/**
 * Whether a host name is a custom domain name. Its clients see a base path, or none, in place of the stage.
 *
 * @param domainName `requestContext.domainName`
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html}
 */
export function isCustomDomain(domainName: string | undefined): boolean {
  return domainName !== undefined && !generatedDomain.test(domainName);
}
