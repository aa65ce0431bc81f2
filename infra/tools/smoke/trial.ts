import { type DemoInput, goodRequest } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken } from '../approov/mint.ts';
import { newInstallKey, signRequest } from '../approov/sign.ts';
import type { DecisionLog } from './decisionLog.ts';
import { seen } from './expectation.ts';
import type { Row } from './report.ts';
import { type Answer, send } from './send.ts';
import { type ApiKind, addressOf, type SmokeApi, type SmokeTarget } from './target.ts';

/** Something that AWS does not document, tried on an API. */
export interface Trial {
  readonly kind: ApiKind;
  /** Token whose line of the log must have arrived; undefined when none is needed. */
  readonly token: string | undefined;
  /** The line of the table, with what the log says. */
  row(log: DecisionLog | undefined): Row;
}

/** What a trial is made with. */
export interface Trying extends SmokeApi {
  readonly target: SmokeTarget;
  readonly input: DemoInput;
}

/** What a trial saw, for its line of the table. */
interface Outcome {
  readonly title: string;
  readonly expected: string;
  readonly answers: readonly Answer[];
  readonly token: string;
  /** Whether the answers are as expected; undefined where nothing is. */
  readonly isAsExpected: boolean | undefined;
}

export function tried(kind: ApiKind, { title, expected, answers, token, isAsExpected }: Outcome): Trial {
  return {
    kind,
    token,
    row: (log) => {
      const decisions = log?.decisions(kind, token);
      const asked = decisions && `asked ${decisions.length} of ${answers.length} times`;
      return {
        kind,
        title,
        expected,
        got: answers.map(seen).join(', '),
        logged: [asked, ...new Set(decisions)].filter(Boolean).join(', '),
        verdict: isAsExpected === undefined ? 'noted' : isAsExpected ? 'ok' : 'DIFFERS',
      };
    },
  };
}

export function notTried(kind: ApiKind, title: string, expected: string, got: string): Trial {
  return line({ kind, title, expected, got, logged: '', verdict: 'not tried' });
}

export function line(row: Row & { kind: ApiKind }): Trial {
  return { kind: row.kind, token: undefined, row: () => row };
}

export function signingMissing({ config }: SmokeTarget): string | undefined {
  return ['install', 'any'].includes(config.messageSigning)
    ? undefined
    : 'needs APPROOV_MESSAGE_SIGNING=install';
}

/** Whether every token must have a key, so that a request without signature is refused, however good its token is. */
export function refusesPlain({ config }: Pick<SmokeTarget, 'config'>): boolean {
  return config.messageSigning !== 'off' && config.messageSigningWithoutKey === 'refuse';
}

export function tokenRequest(url: string, input: DemoInput, claims: object) {
  const good = goodRequest(input);
  const token = mintToken({ claims: { ...good.claims, ...claims }, key: input.key });
  return { token, request: { method: 'GET', url, headers: good.headers(token) } };
}

export function signed(request: HttpRequest, input: DemoInput) {
  const { installKey, ipk } = newInstallKey();
  const { token, request: plain } = tokenRequest(request.url, input, { ipk });
  const headers = { ...plain.headers, ...request.headers };
  const signature = signRequest(
    { ...request, headers },
    { installKey, created: input.now, tokenHeader: input.rules.tokenHeader, lifetime: input.usableSeconds },
  );
  return { token, request: { ...request, headers: { ...headers, ...signature } } };
}

/** Sends a request to its API, or to the emulator that stands in for AWS. */
export const sendTo = (request: HttpRequest) =>
  send(request, addressOf(request.url, process.env.AWS_ENDPOINT_URL));
