/** The Powertools way, and the user's token by `aws-jwt-verify`: the Lambda function that verifies both. */
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { JwtVerifier } from 'aws-jwt-verify';
import { jwtVerify } from 'jose';
import { allow, tokenOf, unauthorized } from './answer.mjs';

const { APPROOV_SECRET_ID, APPROOV_USER_ISSUER, APPROOV_USER_AUDIENCE, APPROOV_USER_JWKS_URI } = process.env;
// As CognitoJwtVerifier does, with keys from another address than Cognito's.
const verifier = JwtVerifier.create({
  issuer: APPROOV_USER_ISSUER,
  audience: null,
  jwksUri: APPROOV_USER_JWKS_URI,
  customJwtCheck: ({ payload }) => {
    if (payload.token_use !== 'access' || payload.client_id !== APPROOV_USER_AUDIENCE) throw unauthorized();
  },
});
const keys = verifier.hydrate();

export const handler = async (event) => {
  const token = tokenOf(event);
  const key = Buffer.from(await getSecret(APPROOV_SECRET_ID), 'base64');
  let claims;
  let user;
  try {
    claims = (await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['exp'] })).payload;
    await keys;
    user = await verifier.verify(event.headers.Authorization.replace(/^Bearer /, ''));
  } catch {
    throw unauthorized();
  }
  return allow(event, claims, user);
};
