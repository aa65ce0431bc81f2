import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { addVersion, type SecretsStore, type SecretValue, ServiceError, versionAt } from './secretsStore.ts';

const serviceErrors = {
  AccessDeniedException:
    'User: arn:aws:sts::000000000000:assumed-role/local/authorizer is not authorized to perform: secretsmanager:GetSecretValue because no identity-based policy allows the secretsmanager:GetSecretValue action',
  ResourceNotFoundException: "Secrets Manager can't find the specified secret.",
  DecryptionFailure: "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  ThrottlingException: 'Rate exceeded',
  InternalServiceError: 'An error occurred on the server side.',
} as const;

/**
 * A kind of fault: the name of an AWS error, or
 * - `slow`: the right answer after `ms` milliseconds;
 * - `hang`: the request is read and never answered;
 * - `reset`: the connection is reset without an answer;
 * - `truncated`: the answer's headers and half its body, then the connection ends;
 * - `stalled`: the answer's headers and half its body, then nothing more;
 * - `not-json`: status 200 with an HTML page.
 */
export type FaultKind =
  | keyof typeof serviceErrors
  | 'slow'
  | 'hang'
  | 'reset'
  | 'truncated'
  | 'stalled'
  | 'not-json';

/** A fault to inject. Without `times` and `versionStage` it applies to every call. */
export interface Fault {
  readonly kind: FaultKind;
  /** How long `slow` waits, in milliseconds. */
  readonly ms?: number;
  /** The fault ends after it has applied to this many calls. */
  readonly times?: number;
  /** Only calls that ask for this staging label; a call without one asks for `AWSCURRENT`. */
  readonly versionStage?: string;
}

/** A call that arrived. */
export interface SecretsCall {
  readonly operation: string;
  readonly secretId: string | undefined;
  /** The staging label asked for: `AWSCURRENT` when a call names none. */
  readonly versionStage: string;
  /** Milliseconds since the epoch by the stand-in's clock. */
  readonly at: number;
}

/** A request's JSON body, not yet checked. */
type OperationInput = Readonly<Record<string, unknown>>;

/** What {@link answerCall} uses. */
export interface CallHandling {
  readonly store: SecretsStore;
  readonly clock: () => number;
  /** Takes note of a call, and gives the fault that applies to it. */
  onCall(call: SecretsCall): Fault | undefined;
}

/** Hosts that no other machine can claim by DNS, so that a web page cannot rebind its name to the stand-in. */
const ownHost = /^(\d+(\.\d+){3}|\[[\da-f:.]+\]|localhost|host\.docker\.internal)(:\d+)?$/i;

/**
 * Answers an HTTP request in the AWS JSON 1.1 protocol.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export async function answerCall(
  handling: CallHandling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    await answer(handling, request, response);
  } catch (error) {
    if (response.headersSent || response.destroyed) return;
    const { type, message, status } =
      error instanceof ServiceError ? error : new ServiceError('InternalServiceError', String(error), 500);
    send(response, status, JSON.stringify({ __type: type, Message: message }));
  }
}

async function answer(
  { store, clock, onCall }: CallHandling,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
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
  const secretId = textOf(input, 'SecretId');
  const versionStage = textOf(input, 'VersionStage') ?? 'AWSCURRENT';
  const fault = onCall({ operation, secretId, versionStage, at: clock() });
  const result = () => JSON.stringify(operations[operation]?.(store, input, clock()));
  switch (fault?.kind) {
    case undefined:
      return send(response, 200, result());
    case 'slow':
      await sleep(fault?.ms ?? 0);
      return send(response, 200, result());
    case 'hang':
      return;
    case 'reset':
      request.socket.resetAndDestroy();
      return;
    case 'not-json':
      return send(response, 200, '<html><body>It works!</body></html>');
    case 'truncated':
    case 'stalled': {
      const whole = result();
      const end = fault?.kind === 'truncated' ? () => request.socket.destroy() : undefined;
      response.writeHead(200, headers(whole)).write(whole.slice(0, whole.length / 2), end);
      return;
    }
    default: {
      const kind = fault?.kind as keyof typeof serviceErrors;
      throw new ServiceError(kind, serviceErrors[kind], kind === 'InternalServiceError' ? 500 : 400);
    }
  }
}

/**
 * The operations that a function and `npm run secret` call. Dates are seconds since the epoch, with a fraction.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html
 */
const operations: Readonly<
  Record<string, (store: SecretsStore, input: OperationInput, now: number) => object>
> = {
  PutSecretValue(store, input, now) {
    const secret = store.find(required(input, 'SecretId'));
    const id = textOf(input, 'ClientRequestToken');
    const version = addVersion(secret, secretValue(input), { id, createdDate: new Date(now) });
    return { ARN: secret.arn, Name: secret.name, VersionId: version.id, VersionStages: [...version.stages] };
  },

  GetSecretValue(store, input) {
    const secret = store.find(required(input, 'SecretId'));
    const stage = textOf(input, 'VersionStage') ?? 'AWSCURRENT';
    const version = versionAt(secret, stage);
    if (version === undefined) {
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for staging label: ${stage}`,
      );
    }
    const { id, value, createdDate, stages } = version;
    return {
      ARN: secret.arn,
      CreatedDate: createdDate.getTime() / 1000,
      Name: secret.name,
      ...('string' in value
        ? { SecretString: value.string }
        : { SecretBinary: Buffer.from(value.binary).toString('base64') }),
      VersionId: id,
      VersionStages: [...stages],
    };
  },
};

function operationName({ method, headers }: IncomingMessage): string {
  if (headers.authorization?.startsWith('AWS4-') !== true) {
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const name = /^secretsmanager\.(\w+)$/.exec(String(headers['x-amz-target']))?.[1] ?? '';
  if (method !== 'POST' || !Object.hasOwn(operations, name)) {
    throw new ServiceError('UnknownOperationException', `the stand-in has no operation '${name}'`);
  }
  return name;
}

function parse(body: string): OperationInput {
  try {
    const input: unknown = JSON.parse(body);
    if (input instanceof Object && !Array.isArray(input)) return input as OperationInput;
  } catch {
    // Answered below, as for JSON that is not an object.
  }
  throw new ServiceError('SerializationException', 'the request body is not a JSON object');
}

function textOf(input: OperationInput, field: string): string | undefined {
  const value = input[field] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new ServiceError('SerializationException', `${field} can not be converted to a String`);
}

function required(input: OperationInput, field: string): string {
  const value = textOf(input, field);
  if (value === undefined) throw new ServiceError('ValidationException', `${field} must not be null`);
  return value;
}

function secretValue(input: OperationInput): SecretValue {
  const string = textOf(input, 'SecretString');
  const binary = textOf(input, 'SecretBinary');
  if (string !== undefined && binary === undefined) return { string };
  if (binary !== undefined && string === undefined) return { binary: Buffer.from(binary, 'base64') };
  throw new ServiceError(
    string === undefined ? 'InvalidRequestException' : 'InvalidParameterException',
    'You must provide either SecretString or SecretBinary.',
  );
}

function send(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, headers(body)).end(body);
}

function headers(body: string): Record<string, string> {
  return {
    'x-amzn-RequestId': randomUUID(),
    'Content-Type': 'application/x-amz-json-1.1',
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
  };
}
