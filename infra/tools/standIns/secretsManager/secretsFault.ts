import { ServiceError } from './serviceError.ts';

const serviceErrors = {
  AccessDeniedException: [
    400,
    'User: arn:aws:sts::000000000000:assumed-role/local/authorizer is not authorized to perform: secretsmanager:GetSecretValue because no identity-based policy allows the secretsmanager:GetSecretValue action',
  ],
  ResourceNotFoundException: [400, "Secrets Manager can't find the specified secret."],
  DecryptionFailure: [
    400,
    "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
  ],
  ThrottlingException: [400, 'Rate exceeded'],
  InternalServiceError: [500, 'An error occurred on the server side.'],
} as const;

/** The faults that are AWS errors. */
export type ServiceFaultKind = keyof typeof serviceErrors;

/**
 * A kind of fault: the name of an AWS error, or
 * - `slow`: the right answer after `ms` milliseconds;
 * - `hang`: the request is read and never answered;
 * - `reset`: the connection is reset without an answer;
 * - `truncated`: the answer's headers and half its body, then the connection ends;
 * - `stalled`: the answer's headers and half its body, then nothing more;
 * - `not-json`: status 200 with an HTML page.
 */
export type FaultKind = ServiceFaultKind | 'slow' | 'hang' | 'reset' | 'truncated' | 'stalled' | 'not-json';

/** A fault to inject. Without `times`, `versionStage` and `operation` it applies to every call. */
export interface Fault {
  kind: FaultKind;
  /** How long `slow` waits, in milliseconds. */
  ms?: number;
  /** The fault ends after it has applied to this many calls. */
  times?: number;
  /** Only calls that ask for this staging label; a call without one asks for `AWSCURRENT`. */
  versionStage?: string;
  /** Only calls of this operation. */
  operation?: string;
}

/** The call that a fault may apply to. */
export interface FaultedCall {
  operation: string;
  versionStage: string | undefined;
}

/** The active faults. The first one that matches a call applies to it. */
export class FaultPlan {
  readonly #faults: { fault: Fault; left: number }[];

  constructor(faults: readonly Fault[]) {
    this.#faults = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** Returns the fault that applies to this call, and counts it. */
  take(call: FaultedCall): Fault | undefined {
    const met = this.#faults.find(
      ({ fault, left }) =>
        left > 0 &&
        (fault.versionStage ?? call.versionStage) === call.versionStage &&
        (fault.operation ?? call.operation) === call.operation,
    );
    if (met !== undefined) {
      met.left -= 1;
    }
    return met?.fault;
  }
}

/**
 * The AWS error that a fault stands for.
 *
 * @throws TypeError for an unknown fault.
 */
export function faultError(kind: ServiceFaultKind | undefined): ServiceError {
  if (kind === undefined || !Object.hasOwn(serviceErrors, kind)) {
    throw new TypeError(`no such fault: ${kind}`);
  }
  const [status, message] = serviceErrors[kind];
  return new ServiceError(kind, message, status);
}
