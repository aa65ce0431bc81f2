import { type DemoRequest, demoRequests } from '../approov/demoRequests.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import { expectationOf, seen } from './expectation.ts';
import type { Answer } from './send.ts';
import { type Asking, refusesPlain, sendTo, type Trial } from './trial.ts';

/** Sends the requests of the demo's table that fit the authorizer's settings to an API. */
export async function sendTable(on: Asking): Promise<Trial[]> {
  const trials: Trial[] = [];
  for (const demo of fitting(on)) trials.push(compared(on, demo, await sendTo(demo.request)));
  return trials;
}

/** The requests that fit the authorizer's settings, the kind of API and the backend. */
function fitting({ kind, url, target, input }: Asking): DemoRequest[] {
  const plain = demoRequests(url, input).filter(({ status }) => !refusesPlain(target) || status !== 200);
  const isSigned = ['install', 'any'].includes(target.config.messageSigning);
  const signed = isSigned ? signedDemoRequests(url, input) : [];
  return [...plain, ...signed].filter(
    ({ request, status }) =>
      (kind !== 'websocket' || request.method === 'GET') && (target.isTemplate || status !== 400),
  );
}

/** Compares a request's result with the expected one. */
function compared({ kind, target, input }: Asking, demo: DemoRequest, answer: Answer): Trial {
  const { tokenHeader, tokenPrefix = '' } = input.rules;
  const { text, matches, decision } = expectationOf(demo, kind, target);
  const token = (demo.request.headers[tokenHeader] ?? '').slice(tokenPrefix.length).trim();
  const id = String(answer.headers['apigw-requestid'] ?? answer.headers['x-amzn-requestid']);
  const isMet = matches(answer);
  return {
    kind,
    token: decision === undefined || token === '' ? undefined : token,
    row: (log) => {
      const decisions = log?.decisions(kind, token, id);
      const isLogged =
        decisions === undefined ||
        (decision === undefined ? decisions.length === 0 : decisions.includes(decision));
      const access = log?.accessReason(id);
      return {
        kind,
        title: demo.title,
        expected: [text, decision !== 'allow' && decision].filter(Boolean).join(' '),
        got: seen(answer),
        logged: [
          decisions && (isLogged ? (decision ?? 'not asked') : decisions.join(', ') || 'no line'),
          access !== undefined && `access log: ${access || 'no reason'}`,
        ]
          .filter(Boolean)
          .join('; '),
        verdict: isMet === false || !isLogged ? 'DIFFERS' : isMet === undefined ? 'noted' : 'ok',
      };
    },
  };
}
