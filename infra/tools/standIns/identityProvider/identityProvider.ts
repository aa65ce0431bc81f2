import { startKeysetServer } from '../../approov/keysetServer.ts';
import { newUserPool, poolJwk, type UserPool } from './userPool.ts';

/** A running stand-in for Amazon Cognito: a user pool whose keys are published on loopback, over HTTPS. */
export interface IdentityProvider {
  /** The pool. Its `issuer` is what `APPROOV_USER_ISSUER` is set to. */
  readonly pool: UserPool;
  /** What `APPROOV_USER_JWKS_URI` is set to. */
  readonly jwksUri: string;
  /** Stops it and drops every connection. */
  close(): Promise<void>;
}

/**
 * Starts the stand-in. Its issuer has the form of Cognito's, with a host that no one else has.
 *
 * @param tls key and certificate in PEM.
 */
export async function startIdentityProvider(options: {
  host: string;
  tls: { key: string; cert: string };
}): Promise<IdentityProvider> {
  const pool = newUserPool('https://cognito-idp.local.example/local_Example');
  const { pathname } = new URL(pool.issuer);
  const server = await startKeysetServer([poolJwk(pool)], {
    ...options,
    path: `${pathname}/.well-known/jwks.json`,
  });
  return { pool, jwksUri: server.uri, close: () => server.close() };
}
