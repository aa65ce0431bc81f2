import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import type { ApiKind } from '../../../../infra/tools/smoke/target.ts';
import type { Config } from '../../../../src/config/settings.ts';
import { handler as hello } from '../../../../src/handlers/hello.ts';
import type { LogLine } from '../../../../src/log.ts';
import { startAuthorizer } from '../../../../src/start.ts';
import { type ClientRequest, api as modelApi } from '../../../gateway/model/api.ts';
import { Gateway } from '../../../gateway/model/gateway.ts';
import { listening } from '../../../support/ports.ts';
import { sourceOf } from '../../../support/secrets.ts';

/** The secret of these tests. */
export const secret = Buffer.alloc(64, 'smoke');

/** What an authorizer answers, as far as a fault changes it. */
interface Answer {
  readonly policyDocument: { readonly Statement: readonly [{ Condition?: unknown; Effect?: string }] };
  readonly context: Readonly<Record<string, unknown>>;
}

/** Where an API differs from the right one. */
export interface Fault {
  /** Every request reaches the backend. */
  readonly letsAllPass?: boolean;
  /** The policy's date is not looked at. */
  readonly ignoresDates?: boolean;
  /** A cached answer with this in its context is a 500. */
  readonly failsWhenCached?: RegExp;
  /** A Deny is not cached. */
  readonly forgetsDenies?: boolean;
  /** The authorizer's event lacks this. */
  readonly loses?: 'content-length' | 'query';
  /** Body of a REST refusal without ARC. */
  readonly withoutArc?: string;
}

/** The authorizer and Hello behind this project's model of API Gateway, over HTTP. */
export interface ServedApi {
  readonly kind: ApiKind;
  readonly url: string;
  close(): void;
}

/**
 * Serves an API.
 *
 * @param lines takes the authorizer's log.
 */
export async function serveApi(
  kind: 'rest' | 'http',
  config: Config,
  fault: Fault,
  lines: LogLine[],
): Promise<ServedApi> {
  const answers = new Map<string, Answer>();
  const seen = new Set<string>();
  const server = createServer();
  const origin = `http://127.0.0.1:${await listening(server)}`;
  const authorizer = startAuthorizer({ ...config, publicOrigin: origin }, [], {
    sourceOf: () => sourceOf(secret),
    write: (line) => lines.push(JSON.parse(line)),
  });
  const routes = ['GET', 'POST'].map((method) => ({ method, resource: '/hello' }));
  const stage = kind === 'rest' ? 'prod' : '$default';
  const base = kind === 'rest' ? '/prod' : '';
  const resultTtlSeconds = config.messageSigning === 'off' ? 300 : 0;
  const api = modelApi(kind === 'rest' ? 'rest' : 'http2', {
    stage,
    routes,
    resultTtlSeconds,
    accessDeniedStatus: 401,
  });
  const answer = async (event: unknown): Promise<unknown> => {
    const sent = structuredClone(event) as Record<string, Record<string, unknown>>;
    for (const headers of [sent.headers, sent.multiValueHeaders]) {
      if (fault.loses === 'content-length') delete headers?.['content-length'];
    }
    if (fault.loses === 'query') sent.queryStringParameters = sent.multiValueQueryStringParameters = {};
    if (fault.loses === 'query') Object.assign(sent, { rawQueryString: '' });
    const answered = structuredClone(await authorizer(sent)) as unknown as Answer;
    if (fault.ignoresDates) delete answered.policyDocument.Statement[0].Condition;
    answers.set(tokenOf(sent.headers), answered);
    return answered;
  };
  let gateway = new Gateway(api, answer, Date.now);
  server.on('request', async (request, response) => {
    const body = await text(request);
    const [path = '', query] = (request.url ?? '').slice(base.length).split('?');
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
    const asked: ClientRequest = {
      method: request.method ?? '',
      path,
      headers,
      ...(query !== undefined && { query }),
    };
    const { status, called, event } = await gateway.send(asked);
    if (fault.forgetsDenies && status !== 200) gateway = new Gateway(api, answer, Date.now);
    const token = tokenOf(request.headers);
    const { context = {} } = answers.get(token) ?? {};
    const isRepeated = seen.has(token) && !called;
    seen.add(token);
    const breaks = isRepeated && fault.failsWhenCached?.test(JSON.stringify(context));
    if ((status === 200 && !breaks) || fault.letsAllPass) {
      const passed = { version: '2.0', isBase64Encoded: false, body, ...event };
      const backend = event
        ? await hello(passed)
        : { statusCode: 200, headers: {}, body: '{"message":"Hello, World!"}' };
      response.writeHead(backend.statusCode, backend.headers).end(backend.body);
      return;
    }
    const arcBody = context.arc ? `{"arc":"${context.arc}"}` : (fault.withoutArc ?? '{"arc":""}');
    const isDenied = token !== '' && config.denialArc === 'on';
    const refusal = kind === 'rest' ? (isDenied ? arcBody : '{}') : '{"message":"Forbidden"}';
    response.writeHead(breaks ? 500 : status, { 'access-control-allow-origin': '*' }).end(refusal);
  });
  return { kind, url: `${origin}${base}/hello`, close: () => server.close() };
}

function tokenOf(headers: Readonly<Record<string, unknown>> = {}): string {
  return String(headers['approov-token'] ?? '');
}
