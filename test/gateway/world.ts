import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import type { LogLine } from '../../src/log.ts';
import { startAuthorizer } from '../../src/start.ts';
import { sourceOf, unavailable } from '../support/secrets.ts';
import { type Api, type ApiKind, api, type ClientRequest, identitySource } from './model/api.ts';
import { type AuthorizerFunction, Gateway } from './model/gateway.ts';

type Headers = ClientRequest['headers'];

/** The secret of these tests. */
export const key = Buffer.alloc(64, 'gateway model');

/** When the tests begin, seconds since 1970 UTC. */
export const start = 1_800_000_000;

/** All kinds of API, and those that call the authorizer with each request. */
export const kinds = ['rest', 'http1', 'http2', 'websocket'] as const satisfies ApiKind[];
export const requestKinds = ['rest', 'http1', 'http2'] as const satisfies ApiKind[];

/** What differs from the default: a REST API as the templates set it up. */
export interface WorldOptions {
  readonly kind?: ApiKind;
  readonly api?: Partial<Api>;
  /** Headers that are the identity sources. Default: the token's. */
  readonly identity?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Public keys of the users' issuer. */
  readonly userKeys?: readonly object[];
  /** Another authorizer than this project's function. */
  readonly authorizer?: AuthorizerFunction;
}

/** An API behind the gateway model with the authorizer, a clock, and tokens for it. */
export class World {
  /** Seconds since 1970 UTC. */
  now = start;
  /** Whether Secrets Manager answers. */
  isSecretThere = true;
  /** Whether the users' issuer answers. */
  isIssuerThere = true;
  /** Events that the authorizer received. */
  readonly events: unknown[] = [];
  /** Responses of the authorizer, without thrown refusals and failures. */
  readonly responses: unknown[] = [];
  readonly #lines: string[] = [];
  readonly #gateway: Gateway;

  constructor({ kind = 'rest', identity = ['Approov-Token'], ...options }: WorldOptions = {}) {
    const { authorizer = this.#function(options), api: overrides } = options;
    const identitySources = identity.map((name) => identitySource(kind, name));
    this.#gateway = new Gateway(
      api(kind, { accessDeniedStatus: 401, identitySources, ...overrides }),
      async (event) => {
        this.events.push(event);
        const response = await authorizer(event);
        this.responses.push(response);
        return response;
      },
      () => this.now * 1000,
    );
  }

  #function({ variables = {}, userKeys = [] }: WorldOptions): AuthorizerFunction {
    const given = { APPROOV_SECRET_ID: 's', APPROOV_DENIAL: 'policy', ...variables };
    const { config, warnings } = readEnvironment(given);
    return startAuthorizer(config, warnings, {
      sourceOf:
        () =>
        (...call) =>
          (this.isSecretThere ? sourceOf(key) : unavailable)(...call),
      fetchKeySet: async () => {
        if (!this.isIssuerThere) throw new Error('down');
        return JSON.stringify({ keys: userKeys });
      },
      write: (line) => this.#lines.push(line),
      clock: () => this.now * 1000,
    });
  }

  /** Sends a request, `GET /items` unless said otherwise. */
  async send(headers: Headers, request: Partial<ClientRequest> = {}) {
    return this.#gateway.send({ method: 'GET', path: '/items', ...request, headers });
  }

  /** The status that a request gets, and whether the authorizer was called for it. */
  async statusAndCall(...[headers, request]: Parameters<World['send']>): Promise<[number, boolean]> {
    const { status, called } = await this.send(headers, request);
    return [status, called];
  }

  /** Reasons of the decisions so far, `allow` for an allowed one. */
  get decisions(): (string | undefined)[] {
    const lines = this.#lines.map((line) => JSON.parse(line) as LogLine);
    return lines.filter(({ decision }) => decision).map(({ decision, reason }) => reason ?? decision);
  }
}

/** The status that a refused client gets from each kind of API: only REST APIs turn a Deny into a 401. */
export const refused = { rest: 401, http1: 403, http2: 403, websocket: 403 } as const;

/** A token that is valid for 5 minutes, unless the claims say otherwise. */
export function token(claims: object = {}): string {
  return mintToken({ claims: { exp: start + 300, did: 'device', ...claims }, key });
}

/** A token signed with another secret. */
export const forged = mintToken({ claims: { exp: start + 300 }, key: Buffer.alloc(64, 'forger') });

/** The header that carries a token. */
export function sent(value: string): Headers[number] {
  return ['Approov-Token', value];
}

/** A token bound to header values. */
export function bound(...values: string[]): string {
  return token({ pay: tokenBinding(...values) });
}
