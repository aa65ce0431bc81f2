import type { KeyObject } from 'node:crypto';
import type { AsymmetricAlgorithm } from '../../../src/token/algorithms.ts';
import type { DemoInput, DemoRequest } from '../approov/demoRequests.ts';
import type { SecretsManager } from '../standIns/secretsManager/secretsManager.ts';

/** What runs on this machine, as the console shows it. */
export interface LocalRun {
  /** Address of this machine that the APIs and the console listen on. */
  readonly host: string;
  readonly consolePort: number;
  readonly secretsManager: SecretsManager;
  /** The token secret. */
  readonly secretName: string;
  readonly groups: readonly ApiGroup[];
  /** Texts of the published key sets by URL. */
  readonly keySets: Readonly<Record<string, string>>;
  /** Keys of Approov's keyset. */
  readonly keysetKeys: readonly KeysetKey[];
}

/** A private key of the keyset. */
export interface KeysetKey {
  readonly algorithm: AsymmetricAlgorithm;
  readonly kid: string;
  readonly privateKey: KeyObject;
}

/** The REST and the HTTP API behind one authorizer. */
export interface ApiGroup {
  readonly rest: LocalApi;
  readonly http: LocalApi;
  /** The authorizer's settings, as `createAuthorizer` takes them. */
  readonly settings: Readonly<Record<string, string>>;
  /** What mints a user's login, by issuer, where users are checked. `exp` is in seconds since 1970 UTC. */
  readonly logins?: Readonly<Record<string, (user: string, exp: number) => string>> | undefined;
}

/** One API. */
export interface LocalApi {
  readonly name: string;
  /** URL of Hello. */
  readonly url: string;
  /** The demo's requests, made for this secret and this moment. */
  readonly requests: (input: Pick<DemoInput, 'key' | 'now'>) => DemoRequest[];
}

/** Finds an API by name. Undefined when there is none. */
export function findApi(run: LocalRun, name: string): { api: LocalApi; group: ApiGroup } | undefined {
  return run.groups
    .flatMap((group) => [group.rest, group.http].map((api) => ({ api, group })))
    .find(({ api }) => api.name === name);
}
