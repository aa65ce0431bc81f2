import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Fault, type FaultedCall, faultError } from './secretsFault.ts';
import { type OperationInput, secretsOperations } from './secretsOperations.ts';
import type { SecretsStore } from './secretsStore.ts';
import { ServiceError } from './serviceError.ts';

/** A call that arrived. */
export interface SecretsCall {
  operation: string;
  secretId: string | undefined;
  /** The staging label asked for: `AWSCURRENT` when a call names neither label nor version. */
  versionStage: string | undefined;
  versionId: string | undefined;
  /** Milliseconds since the epoch by the stand-in's clock. */
  at: number;
}

/** What the listener uses. */
export interface SecretsProtocol {
  store: SecretsStore;
  /** Each call is added here before it is answered. */
  calls: SecretsCall[];
  clock: () => number;
  takeFault(call: FaultedCall): Fault | undefined;
}

/**
 * Answers HTTP requests in the AWS JSON 1.1 protocol.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function secretsRequestListener(protocol: SecretsProtocol): RequestListener {
  return async (request, response) => {
    try {
      await answer(protocol, request, response);
    } catch (error) {
      if (!response.headersSent && !response.destroyed) {
        sendError(
          response,
          error instanceof ServiceError
            ? error
            : new ServiceError('InternalServiceError', String(error), 500),
        );
      }
    }
  };
}

/** Hosts that no other machine can claim by DNS, so that a web page cannot rebind its name to the stand-in. */
const ownHost = /^(\d+(\.\d+){3}|\[[\da-f:.]+\]|localhost|host\.docker\.internal)(:\d+)?$/i;

async function answer(protocol: SecretsProtocol, request: IncomingMessage, response: ServerResponse) {
  if (!ownHost.test(request.headers.host ?? '')) {
    throw new ServiceError(
      'AccessDeniedException',
      'the stand-in is called by its address or as localhost',
      403,
    );
  }
  const body = await text(request);
  const operation = operationName(request);
  const input = parse(body);
  const call = record(protocol, operation, input);
  const fault = protocol.takeFault(call);
  const result = () => JSON.stringify(run(protocol.store, operation, input));
  switch (fault?.kind) {
    case undefined:
      send(response, 200, result());
      return;
    case 'slow':
      await sleep(fault?.ms ?? 0);
      send(response, 200, result());
      return;
    case 'hang':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'not-json':
      send(response, 200, '<html><body>It works!</body></html>');
      return;
    case 'truncated':
    case 'stalled': {
      const whole = result();
      const end = fault?.kind === 'truncated' ? () => request.socket.destroy() : undefined;
      response.writeHead(200, headers(Buffer.byteLength(whole)));
      response.write(whole.slice(0, whole.length / 2), end);
      return;
    }
    default:
      throw faultError(fault?.kind);
  }
}

function operationName(request: IncomingMessage): string {
  if (request.headers.authorization?.startsWith('AWS4-') !== true) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const target = request.headers['x-amz-target'];
  const name = /^secretsmanager\.(\w+)$/.exec(typeof target === 'string' ? target : '')?.[1];
  if (request.method !== 'POST' || name === undefined) {
    throw new ServiceError('UnknownOperationException', `no operation in X-Amz-Target '${target ?? ''}'`);
  }
  return name;
}

function parse(body: string): OperationInput {
  try {
    const input = JSON.parse(body);
    if (input !== null && typeof input === 'object' && !Array.isArray(input)) {
      return input;
    }
  } catch {
    // Answered below, as for JSON that is not an object.
  }
  throw new ServiceError('SerializationException', 'the request body is not a JSON object');
}

function record(protocol: SecretsProtocol, operation: string, input: OperationInput): SecretsCall {
  const field = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined);
  const versionId = field('VersionId');
  const versionStage = field('VersionStage') ?? (versionId === undefined ? 'AWSCURRENT' : undefined);
  const call = {
    operation,
    secretId: field('SecretId') ?? field('Name'),
    versionStage,
    versionId,
    at: protocol.clock(),
  };
  protocol.calls.push(call);
  return call;
}

function run(store: SecretsStore, operation: string, input: OperationInput): object {
  const handler = Object.hasOwn(secretsOperations, operation) ? secretsOperations[operation] : undefined;
  if (handler === undefined) {
    throw new ServiceError('UnknownOperationException', `the stand-in has no operation ${operation}`);
  }
  return handler(store, input);
}

function sendError(response: ServerResponse, error: ServiceError): void {
  send(response, error.status, JSON.stringify({ __type: error.type, Message: error.message }));
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, headers(Buffer.byteLength(body))).end(body);
}

function headers(length: number): Record<string, string> {
  return {
    'x-amzn-RequestId': randomUUID(),
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': String(length),
    'Cache-Control': 'no-store',
  };
}
