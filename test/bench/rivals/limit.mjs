/**
 * The limit, for comparison only: no SDK, no library, one hand-signed request that starts with the module. It has no
 * retry, timeout, rotation or endpoint rules: do not run this.
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { request } from 'node:https';
import { allow, tokenOf, unauthorized } from './answer.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hmac = (key, text) => createHmac('sha256', key).update(text).digest();

/** Signature Version 4 of a POST to `/` with an empty query. */
function signedHeaders(host, body) {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  const time = `${new Date().toISOString().replace(/[-:]/g, '').slice(0, 15)}Z`;
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    host,
    'x-amz-date': time,
    ...(AWS_SESSION_TOKEN && { 'x-amz-security-token': AWS_SESSION_TOKEN }),
    'x-amz-target': 'secretsmanager.GetSecretValue',
  };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`);
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/secretsmanager/aws4_request`;
  const canonical = `POST\n/\n\n${lines.join('')}\n${names}\n${sha256(body)}`;
  const key = scope.split('/').reduce(hmac, `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex');
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${AWS_ACCESS_KEY_ID}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  headers['content-length'] = Buffer.byteLength(body);
  return headers;
}

function fetchSecret() {
  const url = new URL(
    process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ??
      `https://secretsmanager.${process.env.AWS_REGION}.amazonaws.com`,
  );
  const body = JSON.stringify({ SecretId: process.env.APPROOV_SECRET_ID });
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: signedHeaders(url.host, body) }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const value = JSON.parse(Buffer.concat(chunks).toString()).SecretString;
        if (value === undefined) reject(new Error(`Secrets Manager answered ${answer.statusCode}`));
        else resolve(Buffer.from(value, 'base64'));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const secret = fetchSecret();
secret.catch(() => {});

const json = (part) => JSON.parse(Buffer.from(part, 'base64url').toString());

export const handler = async (event) => {
  const key = await secret;
  let claims;
  try {
    const [header, payload, signature] = tokenOf(event).split('.');
    if (json(header).alg !== 'HS256') throw unauthorized();
    if (!timingSafeEqual(hmac(key, `${header}.${payload}`), Buffer.from(signature, 'base64url')))
      throw unauthorized();
    claims = json(payload);
  } catch {
    throw unauthorized();
  }
  if (typeof claims.exp !== 'number' || claims.exp * 1000 <= Date.now()) throw unauthorized();
  return allow(event, claims);
};
