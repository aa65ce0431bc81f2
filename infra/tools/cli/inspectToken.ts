import { readConfig } from '../../../src/config/readConfig.ts';
import { startAuthorizer } from '../../../src/start.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';

/** A token's parts, and the authorizer's decision. */
export interface Inspection {
  /** Decoded without verification, as JSON if it is JSON. Undefined when the token has no such part. */
  readonly unverifiedHeader: unknown;
  readonly unverifiedClaims: unknown;
  readonly decision: 'allow' | 'deny';
  /** Why it is refused. */
  readonly reason: string | undefined;
}

/** What verifies the token. */
export type InspectionKeys = { readonly secret: string } | { readonly keyset: string };

/**
 * Lets the authorizer decide on a request with this token.
 *
 * @param keys the secret in base64, or the keyset: a JWK Set or a PEM public key.
 * @param bind values of the headers that the token must be bound to; empty for no token binding.
 * @param clock milliseconds since 1970 UTC.
 */
export async function inspectToken(
  token: string,
  keys: InspectionKeys,
  bind: readonly string[],
  clock: () => number,
): Promise<Inspection> {
  const bindingHeaders = bind.map((_, index) => `Bound-${index + 1}`);
  const { config } = readConfig(
    {
      ...('secret' in keys
        ? { secretId: 'given' }
        : { algorithms: asymmetricAlgorithms.join(','), keysetJwks: keys.keyset }),
      denial: 'policy',
      bindingHeaders: bind.length === 0 ? undefined : bindingHeaders.join(','),
    },
    (name) => name,
  );
  const lines: string[] = [];
  const authorizer = startAuthorizer(config, [], {
    sourceOf: () => async () => ({
      text: 'secret' in keys ? keys.secret : '',
      versionId: undefined,
      createdAt: undefined,
    }),
    write: (line) => lines.push(line),
    clock,
  });
  await authorizer({
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-west-1:000000000000:inspected/stage/GET/',
    resource: '/',
    path: '/',
    httpMethod: 'GET',
    headers: {
      'Approov-Token': token,
      ...Object.fromEntries(bindingHeaders.map((name, index) => [name, bind[index]])),
    },
    requestContext: { stage: 'stage', apiId: 'inspected', requestId: 'inspected' },
  });
  const decided = lines.map((line) => JSON.parse(line)).find(({ decision }) => decision !== undefined);
  const [unverifiedHeader, unverifiedClaims] = token.split('.').map(decoded);
  return { unverifiedHeader, unverifiedClaims, decision: decided.decision, reason: decided.reason };
}

function decoded(part: string): unknown {
  const text = Buffer.from(part, 'base64url').toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
