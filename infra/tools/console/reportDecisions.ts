/**
 * Reports each decision of the built authorizer to the console: the request, the log line, and the answer that API Gateway
 * got, which `serverless offline` does not show. It is loaded with `node --import`. When the bundle is asked for, it takes
 * the bundle's place and passes every call on; the bundle itself stays as it is.
 */
import { createRequire, registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { reportPrefix } from './decisionFeed.ts';

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
    return resolved.url === bundle && !isOriginalWanted
      ? { url: import.meta.url, shortCircuit: true }
      : resolved;
  },
});

/** The authorizer's handler. A worker of `serverless offline` has one call at a time. */
export const handler: Handler = async (event) => {
  original ??= loadOriginal();
  decisionLine = undefined;
  let answer: object = {};
  try {
    const returned = await original(event);
    answer = { returned };
    return returned;
  } catch (error) {
    answer = { threw: error instanceof Error ? error.message : String(error) };
    throw error;
  } finally {
    const {
      version,
      headers = {},
      httpMethod,
      requestContext: { http, path } = {},
    } = Object(event) as AuthorizerEvent;
    report({
      isHttpApi: version === '2.0',
      method: http?.method ?? httpMethod,
      path: http?.path ?? path,
      headers: pick(headers, ['user-agent', 'console-request']),
      line: decisionLine,
      answer,
    });
  }
};

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

function report(content: object): void {
  process.stdout.write(`${reportPrefix}${JSON.stringify(content)}\n`);
}

function pick(headers: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(entries.filter(([name]) => names.includes(name)));
}
