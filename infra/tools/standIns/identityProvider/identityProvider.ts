import { startKeysetServer } from '../../approov/keysetServer.ts';
import { newUserPool, poolJwk, type UserPool } from './userPool.ts';

/** A pool, and the address of its keys: what `APPROOV_USER_JWKS_URI` is set to. */
export interface Issuer {
  readonly pool: UserPool;
  readonly jwksUri: string;
}

/** A running stand-in for Amazon Cognito: user pools whose keys are published on loopback, over HTTPS. */
export interface IdentityProvider {
  /** The pool of the app's customers. */
  readonly customers: Issuer;
  /** The same pool under the second form of its issuer, with the same keys. */
  readonly renamed: Issuer;
  /** Another pool. */
  readonly staff: Issuer;
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
  const customers = newUserPool('https://cognito-idp.local.example/local_Example');
  const renamed = { ...customers, issuer: 'https://issuer-cognito-idp.local.example/local_Example' };
  const staff = {
    ...newUserPool('https://cognito-idp.local.example/local_Staff'),
    clientId: customers.clientId,
  };
  const publish = (pool: UserPool) =>
    startKeysetServer([poolJwk(pool)], {
      ...options,
      path: `${new URL(pool.issuer).pathname}/.well-known/jwks.json`,
    });
  const servers = await Promise.all([customers, staff].map(publish));
  const [customersUri = '', staffUri = ''] = servers.map(({ uri }) => uri);
  return {
    customers: { pool: customers, jwksUri: customersUri },
    renamed: { pool: renamed, jwksUri: customersUri },
    staff: { pool: staff, jwksUri: staffUri },
    close: async () => {
      await Promise.all(servers.map((server) => server.close()));
    },
  };
}
