/**
 * Whether an issuer is an Amazon Cognito user pool, in either form of its URL. The two Regions of a replicated pool differ.
 *
 * @see {@link
 *   https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html}
 */
export function isCognitoIssuer(issuer: string): boolean {
  return /^https:\/\/(?:issuer-)?cognito-idp(?:-fips)?\.[a-z0-9-]+\.amazonaws\.(?:com|com\.cn|eu)\/[a-z0-9-]+_[A-Za-z0-9]+$/.test(
    issuer,
  );
}
