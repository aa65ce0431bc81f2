/** Powertools for AWS Lambda `parameters` with its default cache of 5 s, and `jose`. */
import { getSecret } from '@aws-lambda-powertools/parameters/secrets';
import { jwtVerify } from 'jose';
import { allow, tokenOf, unauthorized } from './answer.mjs';

export const handler = async (event) => {
  const token = tokenOf(event);
  const key = Buffer.from(await getSecret(process.env.APPROOV_SECRET_ID), 'base64');
  let claims;
  try {
    claims = (await jwtVerify(token, key, { algorithms: ['HS256'], requiredClaims: ['exp'] })).payload;
  } catch {
    throw unauthorized();
  }
  return allow(event, claims);
};
