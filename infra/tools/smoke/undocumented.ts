import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoInput } from '../approov/demoRequests.ts';
import { allowed, arcBody, refused } from './expectation.ts';
import type { Answer } from './send.ts';
import type { SmokeApi, SmokeTarget } from './target.ts';
import {
  line,
  notTried,
  refusesPlain,
  sendTo,
  signed,
  signingMissing,
  type Trial,
  type Trying,
  tokenRequest,
  tried,
} from './trial.ts';

const undocumented = 'not documented';

/** Seconds that the token of the Allow that ends lasts. */
const short = 8;

/** The Attestation Response Code of the tokens for the gateway response. */
const arc = 'SMOKETEST234567';

/** Tries on an API what AWS does not document. */
export async function tryUndocumented(
  api: SmokeApi,
  target: SmokeTarget,
  input: DemoInput,
): Promise<readonly Trial[]> {
  const trying = { ...api, target, input };
  const trials = [
    ...(api.kind === 'websocket' ? [] : [contentLength, queryOrder]),
    ...[allowEnds, cachedContext, contextKey, fractionalEnd, cachedDeny],
    ...(api.kind === 'rest' ? [absentArc] : []),
  ];
  return Promise.all([...trials.map((trial) => trial(trying)), thrown(trying)]);
}

/** Whether the event has the length of a body: else no request that covers it can be verified at the gateway. */
async function contentLength({ kind, url, target, input }: Trying): Promise<Trial> {
  const title = 'a signed length of the body verifies';
  const missing = signingMissing(target);
  if (missing !== undefined) return notTried(kind, title, undocumented, missing);
  const body = 'amount=1';
  const { request, token } = signed(
    { method: 'POST', url, headers: { 'Content-Length': String(body.length) }, body },
    input,
  );
  return tried(kind, {
    title,
    expected: undocumented,
    answers: [await sendTo(request)],
    token,
    isAsExpected: undefined,
  });
}

/** A REST API does not keep the order of the query's parameters, so every order must verify. */
async function queryOrder({ kind, url, target, input }: Trying): Promise<Trial> {
  const title = 'a signed query verifies, in whatever order the event has it';
  const missing = signingMissing(target);
  const good = allowed(kind, target);
  if (missing !== undefined) return notTried(kind, title, good.text, missing);
  const { request, token } = signed(
    { method: 'GET', url: `${url}?b=2&a=1&b=1&c=%20%2F`, headers: {} },
    input,
  );
  const answers = [await sendTo(request)];
  return tried(kind, {
    title,
    expected: good.text,
    answers,
    token,
    isAsExpected: answers.every(good.matches),
  });
}

/** An Allow ends with its token, a cached one by the date condition of its policy. */
async function allowEnds({ kind, url, target, input }: Trying): Promise<Trial> {
  const { config } = target;
  const title = 'an Allow ends with its token, cached or not';
  const good = allowed(kind, target);
  const end = config.mode === 'report-only' ? good : refused(kind, target);
  const expected = `${good.text} twice, then ${end.text}`;
  if (refusesPlain(target))
    return notTried(kind, title, expected, 'needs a token without a key, which is refused here');
  const exp = Math.floor(Date.now() / 1000) + short;
  const { request, token } = tokenRequest(url, input, { exp });
  const answers = [await sendTo(request), await sendTo(request)];
  const isGood = answers.every(good.matches);
  const forged = await sendTo(tokenRequest(url, { ...input, key: new Uint8Array(64) }, {}).request);
  await sleep((exp + config.clockToleranceSeconds) * 1000 + 1_500 - Date.now());
  const last = await sendTo(request);
  // The sample backend refuses a context that has ended like API Gateway, but for the headers.
  const isOver = end.matches(last) && (!target.isTemplate || headerNames(last) === headerNames(forged));
  // A simple answer has no policy, and so no end of its own.
  const isPromised =
    end.matches(last) !== undefined && !(kind === 'http' && config.httpApiResponse === 'simple');
  const isAsExpected = !isGood ? false : isPromised ? isOver : undefined;
  return tried(kind, { title, expected, answers: [...answers, last], token, isAsExpected });
}

const headerNames = ({ headers }: Answer) => Object.keys(headers).sort().join();

/** One report from 2021 says that an HTTP API answers 500 when a cached context has JSON text. */
async function cachedContext(trying: Trying): Promise<Trial> {
  const title = 'a cached Allow whose context has a list, a quote and é';
  const claims = { anno: ['beta', '"', 'é'], sub: '"é' };
  const isThere = trying.target.config.contextClaims.includes('anno');
  return allowedTwice(trying, title, claims, isThere ? undefined : 'needs anno in APPROOV_CONTEXT_CLAIMS');
}

async function contextKey(trying: Trying): Promise<Trial> {
  const title = 'a cached Allow whose context has a key with a colon';
  const { contextClaims, userAuth, userContextClaims } = trying.target.config;
  const isNamed = (claim: string) => claim.includes(':');
  const name = contextClaims.find(isNamed);
  // The user's claims are those of the token that the caller gives.
  const isThere = name !== undefined || (userAuth !== 'off' && userContextClaims.some(isNamed));
  const missing = isThere ? undefined : 'needs a name with a colon in APPROOV_CONTEXT_CLAIMS';
  return allowedTwice(trying, title, name === undefined ? {} : { [name]: 'a' }, missing);
}

async function fractionalEnd(trying: Trying): Promise<Trial> {
  const exp = trying.input.now + trying.input.usableSeconds + 0.5;
  return allowedTwice(trying, 'a cached Allow whose exp is no whole number', { exp }, undefined);
}

/** Sends a token with these claims twice: the second answer may be a cached one. */
async function allowedTwice(
  { kind, url, target, input }: Trying,
  title: string,
  claims: object,
  missing: string | undefined,
): Promise<Trial> {
  const good = allowed(kind, target);
  const expected = `${good.text} twice`;
  if (refusesPlain(target))
    return notTried(kind, title, expected, 'needs a token without a key, which is refused here');
  if (missing !== undefined) return notTried(kind, title, expected, missing);
  const { request, token } = tokenRequest(url, input, claims);
  const answers = [await sendTo(request), await sendTo(request)];
  return tried(kind, { title, expected, answers, token, isAsExpected: answers.every(good.matches) });
}

/** Whether a Deny is cached: the second answer is the same either way, and the log tells. */
async function cachedDeny({ kind, url, target, input }: Trying): Promise<Trial> {
  const title = 'a Deny is cached';
  const { denial, mode } = target.config;
  if (denial === 'unauthorized' || mode === 'report-only') {
    return notTried(kind, title, undocumented, 'needs APPROOV_DENIAL=policy and APPROOV_MODE=enforce');
  }
  const { request, token } = tokenRequest(url, input, { exp: input.now - 121 });
  const answers = [await sendTo(request), await sendTo(request)];
  const trial = tried(kind, { title, expected: undocumented, answers, token, isAsExpected: undefined });
  return {
    ...trial,
    row: (log) =>
      log === undefined
        ? { ...trial.row(log), got: 'needs a log that can be read', verdict: 'not tried' }
        : trial.row(log),
  };
}

/** What the gateway response of a Deny makes of a code that is there, and of one that is not. */
async function absentArc({ kind, url, target, input }: Trying): Promise<Trial> {
  const title = 'the gateway response shows an ARC, and an empty text without one';
  const expected = `401 ${arcBody(arc)}, then 401 ${arcBody('')}`;
  const { denialArc, mode } = target.config;
  if (denialArc === 'off' || mode === 'report-only')
    return notTried(kind, title, expected, 'needs APPROOV_DENIAL_ARC=on');
  const forger = { ...input, key: new Uint8Array(64).fill(1) };
  const requests = [tokenRequest(url, forger, { arc }), tokenRequest(url, forger, {})];
  const answers = await Promise.all(requests.map(({ request }) => sendTo(request)));
  const isMet = answers.every(
    ({ status, body }, index) => status === 401 && body === arcBody(index === 0 ? arc : ''),
  );
  const isAsExpected = target.isTemplate ? isMet : undefined;
  return tried(kind, { title, expected, answers, token: requests[0]?.token ?? '', isAsExpected });
}

/** What an API answers to a thrown `Unauthorized` shows in its table, when the authorizer refuses so. */
function thrown({ kind, target }: Trying): Trial {
  const title = 'a thrown Unauthorized';
  const expected = kind === 'rest' ? '401' : undocumented;
  return target.config.denial === 'policy'
    ? notTried(kind, title, expected, 'needs APPROOV_DENIAL=unauthorized')
    : line({ kind, title, expected, got: 'as the refusals above', logged: '', verdict: 'noted' });
}
