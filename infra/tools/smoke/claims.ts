import { setTimeout as sleep } from 'node:timers/promises';
import { type DemoInput, goodRequest } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken } from '../approov/mint.ts';
import { newInstallKey, signRequest } from '../approov/sign.ts';
import type { DecisionLog } from './decisionLog.ts';
import { allowed, refused, seen } from './expectation.ts';
import type { Row } from './row.ts';
import { type Answer, send } from './send.ts';
import { type ApiKind, addressOf, type SmokeApi, type SmokeTarget } from './target.ts';

/** Something that AWS does not document, tried on an API. */
export interface Claim {
  readonly kind: ApiKind;
  /** Token whose line of the log must have arrived; undefined when none is needed. */
  readonly token: string | undefined;
  /** The line of the table, with what the log says. */
  row(log: DecisionLog | undefined): Row;
}

const undocumented = 'not documented';

/** Seconds that the token of the cached Allow lasts. */
const short = 8;

/** Tries the claims on a REST or an HTTP API. */
export async function tryClaims(
  api: SmokeApi,
  target: SmokeTarget,
  input: DemoInput,
): Promise<readonly Claim[]> {
  return [
    ...(await Promise.all([cachedAllow(api, target, input), cachedDeny(api, target, input)])),
    thrown(api, target),
    ...(await signedClaims(api, target, input)),
  ];
}

/** An Allow ends with its token, a cached one by the date condition of its policy. */
async function cachedAllow({ kind, url }: SmokeApi, target: SmokeTarget, input: DemoInput): Promise<Claim> {
  const { config } = target;
  const title = 'an Allow ends with its token, cached or not';
  const good = allowed(kind, target);
  const end = config.mode === 'report-only' ? good : refused(kind, target);
  const expected = `${good.text} twice, then ${end.text}`;
  if (config.messageSigning !== 'off' && config.messageSigningWithoutKey === 'refuse') {
    return notTried(kind, title, expected, 'needs a token without a key, which is refused here');
  }
  const exp = Math.floor(Date.now() / 1000) + short;
  const { request, token } = tokenRequest(url, input, { exp });
  const answers = [await sendTo(request), await sendTo(request)];
  await sleep((exp + config.clockToleranceSeconds) * 1000 + 1_500 - Date.now());
  answers.push(await sendTo(request));
  const [first, second, last] = answers as [Answer, Answer, Answer];
  const isGood = good.matches(first) && good.matches(second);
  const isOver = end.matches(last);
  // A simple answer has no policy, and so no end of its own.
  const isPromised = isOver !== undefined && !(kind === 'http' && config.httpApiResponse === 'simple');
  return {
    kind,
    token,
    row: (log) => ({
      kind,
      title,
      expected,
      got: answers.map(seen).join(', '),
      logged: timesAsked(log, kind, token, 3),
      verdict: !isGood || (isPromised && !isOver) ? 'DIFFERS' : isPromised ? 'ok' : 'noted',
    }),
  };
}

/** Whether a Deny is cached: the second answer is the same either way, and the log tells. */
async function cachedDeny({ kind, url }: SmokeApi, target: SmokeTarget, input: DemoInput): Promise<Claim> {
  const title = 'a Deny is cached';
  if (target.config.denial === 'unauthorized') {
    return notTried(kind, title, undocumented, 'needs APPROOV_DENIAL=policy');
  }
  const { request, token } = tokenRequest(url, input, { exp: input.now - 120 });
  const answers = [await sendTo(request), await sendTo(request)];
  return {
    kind,
    token,
    row: (log) => ({
      kind,
      title,
      expected: undocumented,
      got: log === undefined ? 'needs a log that can be read' : answers.map(seen).join(', '),
      logged: timesAsked(log, kind, token, 2),
      verdict: log === undefined ? 'not tried' : 'noted',
    }),
  };
}

/** What an API answers to a thrown `Unauthorized` shows in its table, when the authorizer refuses so. */
function thrown({ kind }: SmokeApi, { config }: SmokeTarget): Claim {
  const title = 'a thrown Unauthorized';
  const expected = kind === 'rest' ? '401' : undocumented;
  if (config.denial === 'policy') {
    return notTried(kind, title, expected, 'needs APPROOV_DENIAL=unauthorized');
  }
  const row = { kind, title, expected, got: 'as the refusals above', logged: '', verdict: 'noted' } as const;
  return { kind, token: undefined, row: () => row };
}

/** What the event of a signed request must hold for the signature to verify. */
async function signedClaims(
  { kind, url }: SmokeApi,
  target: SmokeTarget,
  input: DemoInput,
): Promise<readonly Claim[]> {
  const body = 'amount=1';
  const claims = [
    {
      title: 'the event keeps order and encoding of the query',
      request: { method: 'GET', url: `${url}?b=2&a=1&b=1&c=%20%2F`, headers: {} },
    },
    {
      title: 'the event has content-length',
      request: { method: 'POST', url, headers: { 'Content-Length': String(body.length) }, body },
    },
  ];
  const isTried = ['install', 'any'].includes(target.config.messageSigning);
  return Promise.all(
    claims.map(async ({ title, request }) => {
      if (!isTried) {
        return notTried(kind, title, undocumented, 'needs APPROOV_MESSAGE_SIGNING=install');
      }
      const got = seen(await sendTo(signed(request, input)));
      const row = { kind, title, expected: undocumented, got, logged: '', verdict: 'noted' } as const;
      return { kind, token: undefined, row: () => row };
    }),
  );
}

function notTried(kind: ApiKind, title: string, expected: string, got: string): Claim {
  const row = { kind, title, expected, got, logged: '', verdict: 'not tried' } as const;
  return { kind, token: undefined, row: () => row };
}

function tokenRequest(url: string, input: DemoInput, claims: object) {
  const good = goodRequest(input);
  const token = mintToken({ claims: { ...good.claims, ...claims }, key: input.key });
  return { token, request: { method: 'GET', url, headers: good.headers(token) } };
}

function signed(request: HttpRequest, input: DemoInput): HttpRequest {
  const { installKey, ipk } = newInstallKey();
  const good = goodRequest(input);
  const token = mintToken({ claims: { ...good.claims, ipk }, key: input.key });
  const headers = { ...good.headers(token), ...request.headers };
  const options = { installKey, created: input.now, tokenHeader: input.rules.tokenHeader };
  const signature = signRequest({ ...request, headers }, { ...options, lifetime: input.usableSeconds });
  return { ...request, headers: { ...headers, ...signature } };
}

function timesAsked(log: DecisionLog | undefined, kind: ApiKind, token: string, requests: number): string {
  const times = log?.decisions(kind, token).length;
  return times === undefined ? '' : `authorizer asked ${times} of ${requests} times`;
}

const sendTo = (request: HttpRequest) => send(request, addressOf(request.url, process.env.AWS_ENDPOINT_URL));
