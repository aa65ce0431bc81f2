/**
 * In the style of Approov's sample: the SDK's client, one fetch of the secret that starts with the module and is never
 * repeated, `jsonwebtoken`.
 */
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import jwt from 'jsonwebtoken';
import { allow, tokenOf, unauthorized } from './answer.mjs';

const client = new SecretsManagerClient({});
const secret = client
  .send(new GetSecretValueCommand({ SecretId: process.env.APPROOV_SECRET_ID }))
  .then((answer) => Buffer.from(answer.SecretString, 'base64'));
secret.catch(() => {});

export const handler = async (event) => {
  const token = tokenOf(event);
  const key = await secret;
  let claims;
  try {
    claims = jwt.verify(token, key, { algorithms: ['HS256'] });
  } catch {
    throw unauthorized();
  }
  if (typeof claims.exp !== 'number') throw unauthorized();
  return allow(event, claims);
};
