import { type DemoInput, type DemoRequest, demoRequests } from '../approov/demoRequests.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import type { DecisionLog } from './decisionLog.ts';
import { type Expectation, expectationOf, seen } from './expectation.ts';
import type { Row } from './report.ts';
import { type Answer, send } from './send.ts';
import { type ApiKind, addressOf, type SmokeApi, type SmokeTarget } from './target.ts';
import { refusesPlain } from './trial.ts';

/** A request of the demo's table that was sent. */
export interface SentRequest {
  readonly kind: ApiKind;
  readonly title: string;
  /** Empty when none was sent. */
  readonly token: string;
  readonly expectation: Expectation;
  readonly answer: Answer;
}

/** Sends the requests of the demo's table that fit the authorizer's settings to an API. */
export async function sendTable(
  { kind, url }: SmokeApi,
  target: SmokeTarget,
  input: DemoInput,
): Promise<SentRequest[]> {
  const { tokenHeader, tokenPrefix = '' } = input.rules;
  const sent: SentRequest[] = [];
  for (const demo of fitting(url, kind, target, input)) {
    sent.push({
      kind,
      title: demo.title,
      token: (demo.request.headers[tokenHeader] ?? '').slice(tokenPrefix.length).trim(),
      expectation: expectationOf(demo, kind, target),
      answer: await send(demo.request, addressOf(demo.request.url, process.env.AWS_ENDPOINT_URL)),
    });
  }
  return sent;
}

/** The requests that fit the authorizer's settings, the kind of API and the backend. */
function fitting(url: string, kind: ApiKind, target: SmokeTarget, input: DemoInput): DemoRequest[] {
  const plain = demoRequests(url, input).filter(({ status }) => !refusesPlain(target) || status !== 200);
  const isSigned = ['install', 'any'].includes(target.config.messageSigning);
  const signed = isSigned ? signedDemoRequests(url, input) : [];
  return [...plain, ...signed].filter(
    ({ request, status }) =>
      (kind !== 'websocket' || request.method === 'GET') && (target.isTemplate || status !== 400),
  );
}

/**
 * Compares a request's result with the expected one.
 *
 * @param log undefined when it cannot be read.
 */
export function tableRow(
  { kind, title, token, expectation, answer }: SentRequest,
  log: DecisionLog | undefined,
): Row {
  const id = answer.headers['apigw-requestid'] ?? answer.headers['x-amzn-requestid'];
  const decisions = log?.decisions(kind, token, String(id));
  const { decision } = expectation;
  const isLogged =
    decisions === undefined ||
    (decision === undefined ? decisions.length === 0 : decisions.includes(decision));
  const matches = expectation.matches(answer);
  const access = log?.accessReason(String(id));
  return {
    kind,
    title,
    expected: [expectation.text, decision !== 'allow' && decision].filter(Boolean).join(' '),
    got: seen(answer),
    logged: [
      decisions && (isLogged ? (decision ?? 'not asked') : decisions.join(', ') || 'no line'),
      access !== undefined && `access log: ${access || 'no reason'}`,
    ]
      .filter(Boolean)
      .join('; '),
    verdict: matches === false || !isLogged ? 'DIFFERS' : matches === undefined ? 'noted' : 'ok',
  };
}
