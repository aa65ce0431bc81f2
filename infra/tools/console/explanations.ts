import { readFileSync } from 'node:fs';
import type { Explanation } from './protocol.ts';

const operations = new URL('../../../docs/operations.md', import.meta.url);

/** Reads what every reason means and what to do about it from the tables of docs/operations.md. Markdown, by reason. */
export function readExplanations(text = readFileSync(operations, 'utf8')): Record<string, Explanation> {
  const tables = text.matchAll(/^\| reason \| what it means \| what to do \|\n.*\n((?:\|.*\n)+)/gm);
  const rows = [...tables].flatMap(([, body = '']) => body.trimEnd().split('\n'));
  return Object.fromEntries(
    rows.map((row) => {
      const [, reason = '', meaning = '', advice = ''] = row.split(/(?<!\\)\|/).map((cell) => cell.trim());
      return [reason.replaceAll('`', ''), { meaning, advice }];
    }),
  );
}

/**
 * What a claim means, by its name.
 *
 * @see {@link https://approov.io/docs/latest/approov-usage-documentation/#approov-tokens}
 * @see {@link https://www.rfc-editor.org/rfc/rfc7519#section-4.1}
 */
export const claimMeanings: Readonly<Record<string, string>> = {
  exp: 'when the token ends; the authorizer refuses a token without it',
  nbf: 'when the token begins to be valid',
  iat: 'when the token was made',
  iss: 'who made the token; checked when APPROOV_ISSUER is set',
  aud: 'which API domain the token is for; checked when APPROOV_AUDIENCE is set',
  sub: 'whom or what the token is about',
  jti: "the token's own id",
  did: "the device's ID in Approov",
  ip: "the device's IP address as Approov saw it",
  pay: 'hash of the value that the token is bound to, such as the Authorization header',
  arc: 'Attestation Response Code: why Approov judged the app as it did',
  anno: 'annotations that the security policy adds to the token',
  ipk: 'public key of the app installation, which verifies its message signatures',
  mskid: 'id of the account message signing key',
};
