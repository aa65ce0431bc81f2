/**
 * A stand-in for AWS Secrets Manager on loopback, over HTTP or HTTPS. The AWS SDK calls it through
 * `AWS_ENDPOINT_URL_SECRETS_MANAGER`. It has the JSON 1.1 protocol, `GetSecretValue` and `PutSecretValue` with staging
 * labels, AWS's errors, and faults on demand. It checks that a request is signed, but not the signature. The local run,
 * the tests and the bench use it.
 *
 * @example
 * ```ts
 * const secretsManager = await startSecretsManager();
 * secretsManager.putSecret('approov', { string: base64Secret });
 * process.env.AWS_ENDPOINT_URL_SECRETS_MANAGER = secretsManager.endpoint;
 * secretsManager.fault = { kind: 'ThrottlingException', times: 2 };
 * ```
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { answerCall, type CallHandling, type Fault, type SecretsCall } from './secretsProtocol.ts';
import { addVersion, SecretsStore, type SecretValue, versionAt } from './secretsStore.ts';

/** Options of the stand-in. All have defaults. */
export interface SecretsManagerOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Loopback by default. */
  host?: string;
  /** Key and certificate in PEM, for HTTPS. */
  tls?: { key: string; cert: string };
  /** Milliseconds since the epoch, for dates and call times. */
  clock?: () => number;
  /** The region in the secrets' ARNs. */
  region?: string;
}

/** A running stand-in. */
export interface SecretsManager {
  /** The value for `AWS_ENDPOINT_URL_SECRETS_MANAGER`. */
  readonly endpoint: string;
  /** Every call so far in order of arrival, those with a fault included. */
  readonly calls: SecretsCall[];
  /** The active fault. `undefined` ends it. */
  fault: Fault | undefined;
  /** Creates or replaces the secret, with this value as its only version, or without a version. Returns its ARN. */
  putSecret(name: string, value?: SecretValue, options?: { createdDate?: Date }): string;
  /** Adds a version, as `PutSecretValue` does: `AWSCURRENT` moves to it and leaves `AWSPREVIOUS` behind. */
  rotate(name: string, value: SecretValue, options?: { createdDate?: Date }): void;
  /** The version of a secret with a staging label, whatever the fault. Undefined when there is none. */
  version(name: string, stage: string): { text: string; versionId: string; createdAt: number } | undefined;
  /** Stops it and closes every connection, the hanging ones included. */
  close(): Promise<void>;
}

/**
 * Starts the stand-in.
 *
 * @throws Error of the system, such as `EADDRINUSE`, when it cannot listen on the port.
 */
export async function startSecretsManager(options: SecretsManagerOptions = {}): Promise<SecretsManager> {
  const { port = 0, host = '127.0.0.1', tls, clock = Date.now, region = 'eu-west-1' } = options;
  const store = new SecretsStore(region);
  const calls: SecretsCall[] = [];
  let fault: Fault | undefined;
  let timesLeft = 0;
  const handling: CallHandling = {
    store,
    clock,
    onCall(call) {
      calls.push(call);
      if (timesLeft === 0 || (fault?.versionStage ?? call.versionStage) !== call.versionStage)
        return undefined;
      timesLeft -= 1;
      return fault;
    },
  };
  const listener: Parameters<typeof createServer>[1] = (request, response) =>
    answerCall(handling, request, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(port, host);
  await once(server, 'listening');
  const bound = (server.address() as AddressInfo).port;
  return {
    endpoint: `${tls === undefined ? 'http' : 'https'}://${host}:${bound}`,
    calls,
    get fault() {
      return fault;
    },
    set fault(next) {
      fault = next;
      timesLeft = next?.times ?? Number.POSITIVE_INFINITY;
    },
    putSecret(name, value, { createdDate = new Date(clock()) } = {}) {
      const secret = store.put(name);
      if (value !== undefined) addVersion(secret, value, { createdDate });
      return secret.arn;
    },
    rotate(name, value, { createdDate = new Date(clock()) } = {}) {
      addVersion(store.find(name), value, { createdDate });
    },
    version(name, stage) {
      const found = versionAt(store.find(name), stage);
      if (found === undefined) return undefined;
      const { id: versionId, value, createdDate } = found;
      const text = 'string' in value ? value.string : Buffer.from(value.binary).toString('utf8');
      return { text, versionId, createdAt: createdDate.getTime() };
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
