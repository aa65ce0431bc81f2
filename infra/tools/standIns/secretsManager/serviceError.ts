/** An error as Secrets Manager answers it: a status, a type and a message, as JSON. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** The AWS error name, sent as `__type`. */
  readonly type: string;
  /** The HTTP status: 400 for everything but the service's own failures. */
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}
