/** `npm run token`: mints an example token or a user's, inspects a token, or signs a request. */

import { readConfig } from '../../../src/config/readConfig.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import { curlCommand } from '../approov/httpRequest.ts';
import { inspectRequest } from '../approov/inspectRequest.ts';
import { mintToken, tokenBinding } from '../approov/mint.ts';
import { newInstallKey, signRequest } from '../approov/sign.ts';
import { runCommand } from '../command/runCommand.ts';
import { userTokenClaims } from '../standIns/identityProvider/userPool.ts';
import { keysetInput, secretInput } from './secretInput.ts';
import { signingKey } from './signingKey.ts';
import { help, type SignOptions, type TokenOptions, tokenOptions } from './tokenOptions.ts';

await runCommand(async (args) => {
  const now = Math.floor(Date.now() / 1000);
  const options = tokenOptions(args, now);
  if (options.help) {
    process.stdout.write(help);
    return 0;
  }
  if (options.inspect !== undefined) return inspect(options.inspect, options);
  const { key, publicKey } = await signingKey(options);
  if (publicKey !== undefined) process.stderr.write(`${publicKey}\n`);
  const { algorithm, kid, user } = options;
  if (user !== undefined) {
    const claims = userTokenClaims(user, { ...user, exp: now + 3600, claims: options.claims });
    const header = JSON.stringify({ kid, alg: algorithm });
    process.stdout.write(`${mintToken({ claims, header, algorithm, key })}\n`);
    return 0;
  }
  const mint = (claims: object) =>
    mintToken({ claims, algorithm, key, ...(kid !== undefined && { header: { kid } }) });
  const claims = {
    ...options.claims,
    ...(options.bind.length > 0 && { pay: tokenBinding(...options.bind) }),
  };
  if (options.sign === undefined) {
    process.stdout.write(`${mint(claims)}\n`);
    return 0;
  }
  return sign(options.sign, (more) => mint({ ...more, ...claims }), now);
});

/** Decodes the token, and lets the authorizer decide on a request with it. */
async function inspect(token: string, { keysetFile, secretFile, bind }: TokenOptions): Promise<number> {
  const keysetJwks = keysetFile === undefined ? undefined : await keysetInput(keysetFile);
  const secret = keysetFile === undefined ? (await secretInput(secretFile, 'secret')).text : '';
  const bound = bind.map((value, index) => [`Bound-${index + 1}`, value] as const);
  const { config } = readConfig(
    {
      ...(keysetJwks === undefined
        ? { secretId: 'given' }
        : { algorithms: asymmetricAlgorithms.join(','), keysetJwks }),
      bindingHeaders: bound.map(([name]) => name).join(',') || undefined,
    },
    (name) => name,
  );
  const headers = { 'Approov-Token': token, ...Object.fromEntries(bound) };
  const { unverifiedHeader, unverifiedClaims, line } = await inspectRequest(
    { method: 'GET', url: 'https://inspected.example/', headers },
    config,
    { sourceOf: () => async () => ({ text: secret, versionId: undefined, createdAt: undefined }) },
    Date.now,
  );
  const show = (value: unknown) => (value === undefined ? 'none' : JSON.stringify(value, undefined, 2));
  const { decision, reason, tokenId } = line;
  process.stdout.write(
    `header ${show(unverifiedHeader)}\nclaims ${show(unverifiedClaims)}\ntokenId ${tokenId ?? 'none'}\n` +
      `verdict ${decision}${reason === undefined ? '' : `: ${reason}`}\n`,
  );
  return decision === 'allow' ? 0 : 1;
}

async function sign(
  options: SignOptions,
  mintWith: (claims: object) => string,
  created: number,
): Promise<number> {
  const { url, method, body, lifetime, accountKeyFile } = options;
  const accountKey =
    accountKeyFile === undefined
      ? undefined
      : (await secretInput(accountKeyFile, 'account message signing key')).bytes;
  const { installKey, ipk } = newInstallKey();
  const token = mintWith({ ipk });
  const headers = { 'Approov-Token': token, ...options.headers };
  const signature = signRequest(
    { method, url, headers, body },
    { installKey, accountKey, created, lifetime },
  );
  process.stdout.write(`${curlCommand({ method, url, headers: { ...headers, ...signature }, body })}\n`);
  return 0;
}
