/** middy with `@middy/secrets-manager` (its defaults: prefetch at start, cached for ever), and `jsonwebtoken`. */
import middy from '@middy/core';
import secretsManager from '@middy/secrets-manager';
import jwt from 'jsonwebtoken';
import { allow, tokenOf, unauthorized } from './answer.mjs';

export const handler = middy()
  .use(secretsManager({ fetchData: { approovSecret: process.env.APPROOV_SECRET_ID }, setToContext: true }))
  .handler(async (event, context) => {
    let claims;
    try {
      const key = Buffer.from(context.approovSecret, 'base64');
      claims = jwt.verify(tokenOf(event), key, { algorithms: ['HS256'] });
    } catch {
      throw unauthorized();
    }
    if (typeof claims.exp !== 'number') throw unauthorized();
    return allow(event, claims);
  });
