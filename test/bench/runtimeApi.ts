import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A running stand-in for Lambda's Runtime API. */
export interface RuntimeApi {
  /** What `AWS_LAMBDA_RUNTIME_API` is set to. */
  readonly address: string;
  close(): void;
}

/**
 * Starts a stand-in for Lambda's Runtime API that gives every client the same event once, and never answers its request
 * for another.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function startRuntimeApi(event: () => object): Promise<RuntimeApi> {
  const served = new WeakSet<object>();
  const server = createServer((request, response) => {
    if (request.method === 'POST') {
      request.resume().on('end', () => response.writeHead(202, { 'Content-Length': 0 }).end());
      return;
    }
    // The runtime client keeps one connection open.
    if (served.has(request.socket)) return;
    served.add(request.socket);
    response
      .writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': '11111111-2222-3333-4444-555555555555',
        'Lambda-Runtime-Deadline-Ms': String(Date.now() + 10_000),
        'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:us-east-1:123456789012:function:authorizer',
      })
      .end(JSON.stringify(event()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `127.0.0.1:${port}`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
