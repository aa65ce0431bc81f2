import { readConfig } from '../../../src/config/readConfig.ts';
import type { DemoRequest } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { type DecisionFeed, refusalStatus } from './decisionFeed.ts';
import { claimMeanings, readExplanations } from './explanations.ts';
import { inspectPasted } from './inspectPasted.ts';
import { findApi, type LocalRun } from './localRun.ts';
import { mintRequest } from './mintRequest.ts';
import { InputError } from './parseCurl.ts';
import type { InspectInput, MintInput, MintResult, SendResult, Setup } from './protocol.ts';
import { sendRequest } from './sendRequest.ts';
import { activeFault, faultList, rotateSecret, setFault, tokenSecret } from './standInSecret.ts';

/** Answers the page's calls, by path. Each takes the JSON body and returns what is sent back. */
export type ConsoleCalls = Readonly<Record<string, (body: unknown) => unknown>>;

/**
 * The page's calls. None returns the secret.
 *
 * @param isShared whether the page is reachable from other machines.
 */
export function consoleCalls(run: LocalRun, feed: DecisionFeed, isShared: boolean): ConsoleCalls {
  const now = () => Math.floor(Date.now() / 1000);
  const publishFault = () => feed.publish({ kind: 'fault', fault: activeFault(run) });

  return {
    '/api/setup': () => setup(run, isShared),

    '/api/send': (body): Promise<SendResult> => {
      const { api, title } = fields(body, { api: 'string', title: 'string' });
      const request = requestsOf(api).find((row) => row.title === title)?.request;
      if (request === undefined) throw new InputError('There is no such request.');
      return sendRequest(request, feed);
    },

    '/api/sendRequest': (body): Promise<SendResult> => {
      const { method, url } = fields(body, { method: 'string', url: 'string' });
      const request: HttpRequest = { ...(body as HttpRequest), method, url };
      const isLocal = run.groups
        .flatMap(({ rest, http }) => [rest.url, http.url])
        .some((url) => request.url === url || request.url.startsWith(`${url}?`));
      if (!isLocal) throw new InputError('The console sends only to the APIs of this run.');
      return sendRequest(request, feed);
    },

    '/api/inspect': (body) => {
      const input = fields(body, { api: 'string', text: 'string', headers: 'string' });
      return inspectPasted(input satisfies InspectInput, run, Date.now);
    },

    '/api/mint': (body): MintResult => {
      const input = fields(body, {
        api: 'string',
        algorithm: 'string',
        expiresIn: 'number',
        boundTo: 'string',
        user: 'string',
        issuer: 'string',
        claims: 'string',
        isSigned: 'boolean',
        method: 'string',
        body: 'string',
      });
      return mintRequest(input satisfies MintInput, run, now());
    },

    '/api/fault': (body) => {
      setFault(run, fields(body, { id: 'string' }).id);
      publishFault();
      return {};
    },

    '/api/rotate': () => {
      rotateSecret(run);
      return {};
    },

    '/api/sendPrevious': (body): Promise<SendResult> => {
      const found = findApi(run, fields(body, { api: 'string' }).api);
      const key = tokenSecret(run, 'AWSPREVIOUS');
      if (found === undefined) throw new InputError('There is no such API.');
      if (key === undefined) throw new InputError('There is no previous secret yet: rotate first.');
      const [valid] = found.api.requests({ key, now: now() });
      return sendRequest((valid as DemoRequest).request, feed);
    },
  };

  function requestsOf(name: string): readonly DemoRequest[] {
    const key = tokenSecret(run);
    if (key === undefined) throw new InputError('The stand-in for Secrets Manager holds no secret.');
    return findApi(run, name)?.api.requests({ key, now: now() }) ?? [];
  }
}

function setup(run: LocalRun, isShared: boolean): Setup {
  const { secretTtlSeconds, secretMaxStaleSeconds, previousSecretGraceSeconds } = readConfig(
    run.groups[0]?.settings ?? {},
    (name) => name,
  ).config;
  // Titles and results do not depend on the key.
  const input = { key: new Uint8Array(64), now: Math.floor(Date.now() / 1000) };
  return {
    apis: run.groups.flatMap(({ rest, http, logins = {} }) =>
      [rest, http].map((api) => ({
        name: api.name,
        url: api.url,
        issuers: Object.keys(logins),
        requests: api.requests(input).map(({ title, request: { method }, status, reason }) => ({
          title,
          method,
          status,
          awsStatus: status === 403 ? refusalStatus(api === http) : status,
          reason,
        })),
      })),
    ),
    explanations: readExplanations(),
    claims: claimMeanings,
    algorithms: ['HS256', ...new Set(run.keysetKeys.map(({ algorithm }) => algorithm))],
    faults: faultList,
    fault: activeFault(run),
    secretTtlSeconds,
    secretMaxStaleSeconds,
    previousSecretGraceSeconds,
    isShared,
  };
}

interface FieldTypes {
  readonly string: string;
  readonly number: number;
  readonly boolean: boolean;
}

/** The body's fields, of these types. */
function fields<const Shape extends Readonly<Record<string, keyof FieldTypes>>>(
  body: unknown,
  shape: Shape,
): { readonly [Name in keyof Shape]: FieldTypes[Shape[Name]] } {
  const given = Object(body) as Record<string, unknown>;
  for (const [name, type] of Object.entries(shape)) {
    if (typeof given[name] !== type) throw new InputError(`${name} must be a ${type}.`);
  }
  return given as { [Name in keyof Shape]: FieldTypes[Shape[Name]] };
}
