import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A running stand-in for the host that publishes an account's keyset. */
export interface KeysetServer {
  /** What `APPROOV_KEYSET_JWKS_URI` is set to. */
  readonly uri: string;
  /** Stops it and drops every connection. */
  close(): Promise<void>;
}

/**
 * Publishes a JWK Set on loopback, over HTTPS.
 *
 * @param keys public JWKs.
 * @param tls key and certificate in PEM.
 * @param path where the set is.
 */
export async function startKeysetServer(
  keys: readonly object[],
  { host, tls, path = '/jwks.json' }: { host: string; tls: { key: string; cert: string }; path?: string },
): Promise<KeysetServer> {
  const server = createServer(tls, (request, response) => {
    const status = request.method === 'GET' && request.url === path ? 200 : 404;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(status === 200 ? JSON.stringify({ keys }) : '{}');
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    uri: `https://${host}:${(server.address() as AddressInfo).port}${path}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
