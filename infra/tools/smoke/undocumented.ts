import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { newInstallation } from '../approov/signedDemoRequests.ts';
import { allowed, arcBody, refused } from './expectation.ts';
import type { Answer } from './send.ts';
import { type Asking, type Question, refusesPlain, sendTo, tokenRequest } from './trial.ts';

/** Seconds that the token of the Allow that ends lasts. */
const short = 8;

/** The Attestation Response Code of the tokens for the gateway response. */
const arc = 'SMOKETEST234567';

const notDocumented = () => 'not documented';
const good = ({ kind, target }: Asking) => allowed(kind, target);
const plainMissing = ({ target }: Asking) =>
  refusesPlain(target) ? 'needs a token without a key, which is refused here' : undefined;
const signingMissing = ({ target }: Asking) =>
  ['install', 'any'].includes(target.config.messageSigning)
    ? undefined
    : 'needs APPROOV_MESSAGE_SIGNING=install';
const twice = async (request: HttpRequest) => [await sendTo(request), await sendTo(request)];

/** What AWS does not document. */
export const questions: readonly Question[] = [
  {
    // If the event lacks it, no request that covers it can be verified at the gateway.
    title: 'a signed length of the body verifies',
    kinds: ['rest', 'http'],
    expected: notDocumented,
    missing: signingMissing,
    async ask({ url, input }) {
      const { token, headers, sign } = newInstallation(input);
      const body = 'amount=1';
      const sent = { ...headers, 'Content-Length': String(body.length) };
      return { answers: [await sendTo(sign({ method: 'POST', url, headers: sent, body }))], token };
    },
  },
  {
    // A REST API does not keep the order of the query's parameters, so every order must verify.
    title: 'a signed query verifies, in whatever order the event has it',
    kinds: ['rest', 'http'],
    expected: (on) => good(on).text,
    missing: signingMissing,
    async ask(on) {
      const { token, headers, sign } = newInstallation(on.input);
      const url = `${on.url}?b=2&a=1&b=1&c=%20%2F`;
      const answers = [await sendTo(sign({ method: 'GET', url, headers }))];
      return { answers, token, isAsExpected: answers.every(good(on).matches) };
    },
  },
  {
    // A cached one by the date condition of its policy.
    title: 'an Allow ends with its token, cached or not',
    expected: (on) => `${good(on).text} twice, then ${endOf(on).text}`,
    missing: plainMissing,
    ask: askForTheEnd,
  },
  // One report from 2021 says that an HTTP API answers 500 when a cached context has JSON text.
  allowedTwice(
    'a cached Allow whose context has a list, a quote and é',
    () => ({ anno: ['beta', '"', 'é'], sub: '"é' }),
    ({ target: { config } }) =>
      config.contextClaims.includes('anno') ? undefined : 'needs anno in APPROOV_CONTEXT_CLAIMS',
  ),
  allowedTwice(
    'a cached Allow whose context has a key with a colon',
    (on) => {
      const name = on.target.config.contextClaims.find(hasColon);
      return name === undefined ? {} : { [name]: 'a' };
    },
    ({ target: { config } }) => {
      // The user's claims are those of the token that the caller gives.
      const ofUser = config.userAuth === 'off' ? [] : config.userContextClaims;
      const isThere = [...config.contextClaims, ...ofUser].some(hasColon);
      return isThere ? undefined : 'needs a name with a colon in APPROOV_CONTEXT_CLAIMS';
    },
  ),
  allowedTwice('a cached Allow whose exp is no whole number', ({ input }) => ({
    exp: input.now + input.usableSeconds + 0.5,
  })),
  {
    // The second answer is the same either way, and the log tells.
    title: 'a Deny is cached',
    needsLog: true,
    expected: notDocumented,
    missing: ({ target: { config } }) =>
      config.denial === 'unauthorized' || config.mode === 'report-only'
        ? 'needs APPROOV_DENIAL=policy and APPROOV_MODE=enforce'
        : undefined,
    async ask({ url, input }) {
      const { request, token } = tokenRequest(url, input, { exp: input.now - 121 });
      return { answers: await twice(request), token };
    },
  },
  {
    title: 'the gateway response shows an ARC, and an empty text without one',
    kinds: ['rest'],
    expected: () => `401 ${arcBody(arc)}, then 401 ${arcBody('')}`,
    missing: ({ target: { config } }) =>
      config.denialArc === 'off' || config.mode === 'report-only' ? 'needs APPROOV_DENIAL_ARC=on' : undefined,
    async ask({ url, target, input }) {
      const forger = { ...input, key: new Uint8Array(64).fill(1) };
      const [one, other] = [{ arc }, {}].map((claims) => tokenRequest(url, forger, claims)) as [Sent, Sent];
      const answers = [await sendTo(one.request), await sendTo(other.request)];
      const isMet = answers.every(
        ({ status, body }, index) => status === 401 && body === arcBody(index === 0 ? arc : ''),
      );
      return { answers, token: one.token, isAsExpected: target.isTemplate ? isMet : undefined };
    },
  },
  {
    title: 'a thrown Unauthorized',
    expected: ({ kind }) => (kind === 'rest' ? '401' : notDocumented()),
    missing: ({ target }) =>
      target.config.denial === 'policy' ? 'needs APPROOV_DENIAL=unauthorized' : undefined,
  },
];

type Sent = ReturnType<typeof tokenRequest>;

const hasColon = (claim: string) => claim.includes(':');

/** Sends a token with these claims twice: the second answer may be a cached one. */
function allowedTwice(
  title: string,
  claims: (on: Asking) => object,
  missing: Question['missing'] = () => undefined,
): Question {
  return {
    title,
    expected: (on) => `${good(on).text} twice`,
    missing: (on) => plainMissing(on) ?? missing(on),
    async ask(on) {
      const { request, token } = tokenRequest(on.url, on.input, claims(on));
      const answers = await twice(request);
      return { answers, token, isAsExpected: answers.every(good(on).matches) };
    },
  };
}

/** What a request gets once its token has ended. */
function endOf(on: Asking) {
  return on.target.config.mode === 'report-only' ? good(on) : refused(on.kind, on.target);
}

async function askForTheEnd(on: Asking) {
  const { kind, url, target, input } = on;
  const { config } = target;
  const exp = Math.floor(Date.now() / 1000) + short;
  const { request, token } = tokenRequest(url, input, { exp });
  const answers = await twice(request);
  const isGood = answers.every(good(on).matches);
  const forged = await sendTo(tokenRequest(url, { ...input, key: new Uint8Array(64) }, {}).request);
  await sleep((exp + config.clockToleranceSeconds) * 1000 + 1_500 - Date.now());
  const last = await sendTo(request);
  const hasEnded = endOf(on).matches(last);
  // The sample backend refuses a context that has ended like API Gateway, but for the headers.
  const isOver = hasEnded && (!target.isTemplate || headerNames(last) === headerNames(forged));
  // A simple answer has no policy, so it cannot end by itself.
  const isPromised = hasEnded !== undefined && !(kind === 'http' && config.httpApiResponse === 'simple');
  const isAsExpected = !isGood ? false : isPromised ? isOver : undefined;
  return { answers: [...answers, last], token, isAsExpected };
}

const headerNames = ({ headers }: Answer) => Object.keys(headers).sort().join();
