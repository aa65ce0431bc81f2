/** Not an authorizer, but a reference for the warm decision: only `jose.jwtVerify` with an imported key. */
import { jwtVerify } from 'jose';
import { tokenOf } from './answer.mjs';

const key = crypto.subtle.importKey(
  'raw',
  Buffer.from(process.env.BENCH_SECRET, 'base64'),
  { name: 'HMAC', hash: 'SHA-256' },
  false,
  ['verify'],
);

export const handler = async (event) => jwtVerify(tokenOf(event), await key, { algorithms: ['HS256'] });
