/** The host names that API Gateway makes itself: `<api>.execute-api.<region>.amazonaws.com`. */
const generatedDomain = /^[^.]+\.execute-api\./i;

/**
 * Whether the client called the API under a custom domain name, where it sees a base path instead of the stage.
 *
 * @param domainName `requestContext.domainName`
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html}
 */
export function isCustomDomain(domainName: string | undefined): boolean {
  return domainName !== undefined && !generatedDomain.test(domainName);
}
