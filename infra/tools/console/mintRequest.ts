import { exampleClaims } from '../approov/demoRequests.ts';
import { curlCommand, type HttpRequest } from '../approov/httpRequest.ts';
import { mintToken, type TokenParts, tokenBinding } from '../approov/mint.ts';
import { newInstallKey, signRequest } from '../approov/sign.ts';
import { findApi, type LocalRun } from './localRun.ts';
import { InputError } from './parseCurl.ts';
import type { MintInput, MintResult } from './protocol.ts';
import { tokenSecret } from './standInSecret.ts';

/**
 * Mints a token of this run's secret or keyset, in a request to one of its APIs.
 *
 * @param now seconds since 1970 UTC.
 * @throws InputError
 */
export function mintRequest(input: MintInput, run: LocalRun, now: number): MintResult {
  const found = findApi(run, input.api);
  if (found === undefined) throw new InputError('There is no such API.');
  const { api, group } = found;
  const exp = now + input.expiresIn;
  const { logins = {} } = group;
  const mintLogin = Object.hasOwn(logins, input.issuer) ? logins[input.issuer] : undefined;
  if (group.logins && input.user !== '' && !mintLogin) throw new InputError('There is no such issuer.');
  const login = mintLogin && input.user !== '' ? `Bearer ${mintLogin(input.user, exp)}` : undefined;
  const authorization = input.boundTo || login;
  const { installKey, ipk } = newInstallKey();
  const claims = {
    ...exampleClaims,
    exp,
    ...(input.isSigned && { ipk }),
    ...(authorization && { pay: tokenBinding(authorization) }),
    ...claimsOf(input.claims),
  };
  const token = mintToken({ claims, ...signer(input.algorithm, run) });
  const { tokenHeader = 'Approov-Token', tokenPrefix } = group.settings;
  const value = tokenPrefix === undefined ? token : `${tokenPrefix} ${token}`;
  const unsigned: HttpRequest = {
    method: input.method,
    url: api.url,
    headers: { [tokenHeader]: value, ...(authorization && { Authorization: authorization }) },
    ...(input.method === 'POST' && { body: input.body }),
  };
  const signature = input.isSigned
    ? signRequest(unsigned, {
        installKey,
        created: now,
        // As long as the token, for pasting; 15 s as in Approov's SDK for one that has ended.
        lifetime: Math.max(input.expiresIn, 15),
        tokenHeader,
      })
    : {};
  const request = { ...unsigned, headers: { ...unsigned.headers, ...signature } };
  return { token, header: `${tokenHeader}: ${value}`, curl: curlCommand(request), request };
}

/** What signs with an algorithm: the secret, or a key of the keyset. */
function signer(algorithm: string, run: LocalRun): Pick<TokenParts, 'algorithm' | 'key' | 'header'> {
  if (algorithm === 'HS256') {
    const key = tokenSecret(run);
    if (key === undefined) throw new InputError('The stand-in for Secrets Manager holds no secret.');
    return { key };
  }
  const found = run.keysetKeys.find((key) => key.algorithm === algorithm);
  if (found === undefined) throw new InputError('The keyset has no key for this algorithm.');
  return { algorithm: found.algorithm, key: found.privateKey, header: { kid: found.kid } };
}

function claimsOf(text: string): object {
  if (text.trim() === '') return {};
  try {
    const claims: unknown = JSON.parse(text);
    if (claims !== null && typeof claims === 'object' && !Array.isArray(claims)) return claims;
  } catch {
    // Answered below, as for JSON that is no object.
  }
  throw new InputError('The further claims must be a JSON object, such as {"sub": "alice"}.');
}
