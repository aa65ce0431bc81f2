import { type DemoInput, goodRequest } from '../approov/demoRequests.ts';
import type { HttpRequest } from '../approov/httpRequest.ts';
import { mintToken } from '../approov/mint.ts';
import type { DecisionLog } from './decisionLog.ts';
import { seen } from './expectation.ts';
import type { Row } from './report.ts';
import { type Answer, send } from './send.ts';
import { type ApiKind, addressOf, type SmokeApi, type SmokeTarget } from './target.ts';

/** A line of the table that the log completes. */
export interface Trial {
  readonly kind: ApiKind;
  /** Token whose line of the log must have arrived; undefined when none is needed. */
  readonly token: string | undefined;
  /** @param log undefined when it cannot be read. */
  row(log: DecisionLog | undefined): Row;
}

/** What a question is asked with. */
export interface Asking extends SmokeApi {
  readonly target: SmokeTarget;
  readonly input: DemoInput;
}

/** Something that AWS does not document, to be tried on an API. */
export interface Question {
  readonly title: string;
  /** All kinds of API if left out. */
  readonly kinds?: readonly ApiKind[];
  /** For the table. */
  expected(on: Asking): string;
  /** What is missing to try it; undefined when nothing is. */
  missing(on: Asking): string | undefined;
  /** Whether only the log shows the answer. */
  readonly needsLog?: true;
  /** Undefined where the refusals of the demo's table show the answer. */
  ask?(on: Asking): Promise<{
    readonly answers: readonly Answer[];
    readonly token: string;
    /** Whether the answers are as expected; undefined where nothing is. */
    readonly isAsExpected?: boolean | undefined;
  }>;
}

/** Asks a question, unless something is missing. */
export async function tryOn(on: Asking, question: Question): Promise<Trial> {
  const { kind } = on;
  const { title, needsLog } = question;
  const row = { kind, title, expected: question.expected(on), logged: '' };
  const notTried = (got: string): Row => ({ ...row, got, verdict: 'not tried' });
  const missing = question.missing(on);
  if (missing !== undefined) return { kind, token: undefined, row: () => notTried(missing) };
  if (question.ask === undefined)
    return {
      kind,
      token: undefined,
      row: () => ({ ...row, got: 'as the refusals above', verdict: 'noted' }),
    };
  const { answers, token, isAsExpected } = await question.ask(on);
  return {
    kind,
    token,
    row: (log) => {
      if (needsLog && log === undefined) return notTried('needs a log that can be read');
      const decisions = log?.decisions(kind, token);
      const asked = decisions && `asked ${decisions.length} of ${answers.length} times`;
      return {
        ...row,
        got: answers.map(seen).join(', '),
        logged: [asked, ...new Set(decisions)].filter(Boolean).join(', '),
        verdict: isAsExpected === undefined ? 'noted' : isAsExpected ? 'ok' : 'DIFFERS',
      };
    },
  };
}

/** Whether every token must have a key, so that a request without signature is refused, however good its token is. */
export function refusesPlain({ config }: Pick<SmokeTarget, 'config'>): boolean {
  return config.messageSigning !== 'off' && config.messageSigningWithoutKey === 'refuse';
}

/** A request with a good token but for these claims. */
export function tokenRequest(url: string, input: DemoInput, claims: object) {
  const good = goodRequest(input);
  const token = mintToken({ claims: { ...good.claims, ...claims }, key: input.key });
  return { token, request: { method: 'GET', url, headers: good.headers(token) } };
}

/** Sends a request to its API, or to the emulator that stands in for AWS. */
export const sendTo = (request: HttpRequest) =>
  send(request, addressOf(request.url, process.env.AWS_ENDPOINT_URL));
