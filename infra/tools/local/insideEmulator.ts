/**
 * What runs inside `serverless offline`. Loaded with `node --import`, so in its main thread and in each function's worker, it
 * - takes the authorizer's place when the bundle is asked for: it passes every call on, as AWS sends it, and reports the
 *   decision on {@link reportDescriptor}, which no request can write to;
 * - leaves out the server for direct calls of functions, which any web page could use;
 * - ends the emulation, and removes the run's folder, when the process that started it is gone.
 */
import { rmSync, writeSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { Report } from '../console/decisionFeed.ts';

/** The pipe to the process that started the emulation. A report is a line of JSON. */
export const reportDescriptor = 3;

type Handler = (event: AuthorizerEvent) => Promise<unknown>;

interface AuthorizerEvent {
  readonly version?: string;
  readonly httpMethod?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly requestContext?: {
    readonly path?: string;
    readonly http?: { readonly method?: string; readonly path?: string };
  };
}

const bundle = new URL('../../../dist/authorizer/index.cjs', import.meta.url).href;
const require = createRequire(import.meta.url);
let isOriginalWanted = false;
let original: Handler | undefined;
let decisionLine: string | undefined;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    const isReplaced =
      (resolved.url === bundle && !isOriginalWanted) ||
      resolved.url.endsWith('/serverless-offline/src/lambda/HttpServer.js');
    return isReplaced ? { url: import.meta.url, shortCircuit: true } : resolved;
  },
});

if (isMainThread) {
  const folder = dirname(process.env.NODE_EXTRA_CA_CERTS as string);
  process.stdin.resume().on('close', () => {
    rmSync(folder, { recursive: true, force: true });
    process.exit(1);
  });
}

/** In place of the server for direct calls. */
export default class NoDirectCalls {
  async start(): Promise<void> {}
  async stop(): Promise<void> {}
}

/** The authorizer's handler. A worker has one call at a time. */
export const handler: Handler = async (emulated) => {
  original ??= loadOriginal();
  decisionLine = undefined;
  const event = asSentByAws(emulated);
  const [settled] = await Promise.allSettled([original(event)]);
  const { version, headers = {}, httpMethod, requestContext: { http, path } = {} } = event;
  report({
    isHttpApi: version === '2.0',
    method: http?.method ?? httpMethod ?? '',
    path: http?.path ?? path ?? '',
    headers: pick(headers, ['user-agent', 'console-request']),
    line: decisionLine,
    answer:
      settled.status === 'fulfilled'
        ? { returned: settled.value }
        : { threw: (settled.reason as Error).message },
  });
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
};

/** The event of a REST API has no `version`; the emulation adds the one of an HTTP API's payload 1.0. */
function asSentByAws(event: AuthorizerEvent): AuthorizerEvent {
  if (event.version !== '1.0') return event;
  const { version: _, ...rest } = event;
  return rest;
}

function loadOriginal(): Handler {
  const { write } = process.stdout;
  process.stdout.write = function (this: typeof process.stdout, ...args: Parameters<typeof write>) {
    observe(String(args[0]));
    return write.apply(this, args);
  } as typeof write;
  isOriginalWanted = true;
  try {
    return require(fileURLToPath(bundle)).handler;
  } finally {
    isOriginalWanted = false;
  }
}

function observe(line: string): void {
  if (!line.startsWith('{')) return;
  if (line.includes('"decision":')) decisionLine = line;
  else report({ line });
}

function report(content: Report): void {
  writeSync(reportDescriptor, `${JSON.stringify(content)}\n`);
}

function pick(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}
