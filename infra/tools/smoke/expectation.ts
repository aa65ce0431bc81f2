import type { DemoRequest } from '../approov/demoRequests.ts';
import type { Answer } from './send.ts';
import type { ApiKind, SmokeTarget } from './target.ts';

/** What a request must get. */
export interface Expectation {
  /** For the table. */
  readonly text: string;
  /** Whether an answer is as expected; undefined where nothing is documented. */
  matches(answer: Answer): boolean | undefined;
  /** What the authorizer must have logged: `allow` or a reason; undefined when it must not have been asked. */
  readonly decision: string | undefined;
}

/** What the demo's request must get from an API of the target. */
export function expectationOf(
  { status, reason, contentDigest }: DemoRequest,
  kind: ApiKind,
  target: SmokeTarget,
): Expectation {
  const isReportOnly = target.config.mode === 'report-only';
  if (status === 200 || (isReportOnly && status !== 400)) {
    const decision = reason ?? (status === 401 ? 'token_missing' : 'allow');
    return { ...allowed(kind, target, contentDigest), decision };
  }
  if (status === 403) {
    return { ...refused(kind, target), decision: reason };
  }
  // 401: an identity source is missing. 400: the authorizer allowed the request, and Hello refused its body.
  const decision = status === 400 ? 'allow' : undefined;
  return { text: String(status), matches: (answer) => answer.status === status, decision };
}

/** The answer to a request that the authorizer allows. */
export function allowed(kind: ApiKind, { isTemplate }: SmokeTarget, contentDigest?: string) {
  if (kind === 'websocket') {
    return { text: '101', matches: (answer: Answer) => answer.status === 101 };
  }
  if (!isTemplate) {
    return { text: '2xx', matches: ({ status }: Answer) => status >= 200 && status < 300 };
  }
  const extra = contentDigest === undefined ? '' : `, body ${contentDigest}`;
  return {
    text: `200 greeting${extra}`,
    matches: (answer: Answer) => answer.status === 200 && greetingIn(answer) === `greeting${extra}`,
  };
}

/** The answer to a request that the authorizer refuses. */
export function refused(kind: ApiKind, { config, isTemplate }: SmokeTarget) {
  if (config.denial === 'unauthorized') {
    return kind === 'rest'
      ? { text: '401', matches: (answer: Answer) => answer.status === 401 }
      : { text: 'not documented', matches: () => undefined };
  }
  if (kind !== 'rest') {
    return { text: '403', matches: (answer: Answer) => answer.status === 403 };
  }
  return isTemplate
    ? {
        text: config.denialArc === 'on' ? '401 {"arc":…}' : '401 {}',
        matches: ({ status, body, headers }: Answer) =>
          status === 401 &&
          (config.denialArc === 'on' ? body.startsWith('{"arc":') : body === '{}') &&
          headers['access-control-allow-origin'] !== undefined,
      }
    : { text: '401 or 403', matches: ({ status }: Answer) => status === 401 || status === 403 };
}

/** The body of a REST refusal with `denialArc`. */
export const arcBody = (arc: string) => `{"arc":"${arc}"}`;

/** Messages of API Gateway; a longer one begins so. */
const gatewayMessages =
  /^(Forbidden|Unauthorized|Internal server error|Not Found|Missing Authentication Token|Service Unavailable|Too Many Requests|Limit Exceeded|User is not authorized to access this resource)/i;

/** What an answer is, for the table. Of a body that neither API Gateway nor this project makes it gives the length alone. */
export function seen(answer: Answer): string {
  const { status, body } = answer;
  const message = objectIn(body)?.message;
  const [known] = gatewayMessages.exec(typeof message === 'string' ? message : body) ?? [];
  const ours = /^\{("arc":"[A-Z2-7]{0,32}")?\}$/.test(body) ? body : undefined;
  const text =
    greetingIn(answer) ?? known ?? ours ?? (body === '' ? '' : `body of ${body.length} characters`);
  return `${status} ${text}`.trim();
}

/** Hello's greeting with what it says of the body; undefined for another answer. */
function greetingIn({ body }: Answer): string | undefined {
  const { message, contentDigest } = objectIn(body) ?? {};
  return message === 'Hello, World!'
    ? `greeting${contentDigest === undefined ? '' : `, body ${contentDigest}`}`
    : undefined;
}

function objectIn(body: string): Record<string, unknown> | undefined {
  try {
    return body.startsWith('{') ? JSON.parse(body) : undefined;
  } catch {
    return undefined;
  }
}
