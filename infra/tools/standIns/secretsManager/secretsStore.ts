import { randomUUID } from 'node:crypto';

/** A secret's value as a caller gives it: text, or bytes, which are sent as base64. */
export type SecretValue = { readonly string: string } | { readonly binary: Uint8Array };

/** One version of a secret with the staging labels that point at it. */
export interface SecretVersion {
  readonly id: string;
  readonly value: SecretValue;
  readonly createdDate: Date;
  readonly stages: Set<string>;
}

/** A secret with all its versions, oldest first. */
export interface StoredSecret {
  readonly arn: string;
  readonly name: string;
  readonly versions: SecretVersion[];
}

/** An error as Secrets Manager answers it: a status, a type and a message. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** The AWS error name. */
  readonly type: string;
  /** 400 for everything but the service's own failures. */
  readonly status: number;

  constructor(type: string, message: string, status = 400) {
    super(message);
    this.type = type;
    this.status = status;
  }
}

/**
 * Secrets, versions and staging labels, which move as they do at AWS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export class SecretsStore {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #arnPrefix: string;

  /** @param region in the ARNs. */
  constructor(region: string) {
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:000000000000:secret:`;
  }

  /** Creates or replaces a secret, without a version. */
  put(name: string): StoredSecret {
    const suffix = randomUUID().replaceAll('-', '').slice(0, 6);
    const secret = { arn: `${this.#arnPrefix}${name}-${suffix}`, name, versions: [] };
    this.#secrets.set(name, secret);
    return secret;
  }

  /**
   * Finds a secret by name, ARN, or ARN without the six random characters at its end.
   *
   * @throws {@link ServiceError} `ResourceNotFoundException`.
   */
  find(secretId: string): StoredSecret {
    for (const secret of this.#secrets.values()) {
      if ([secret.name, secret.arn, `${this.#arnPrefix}${secret.name}`].includes(secretId)) return secret;
    }
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }
}

/** Adds a version. It becomes `AWSCURRENT`, and the version before becomes `AWSPREVIOUS`. */
export function addVersion(
  secret: StoredSecret,
  value: SecretValue,
  { id = randomUUID(), createdDate }: { id?: string | undefined; createdDate: Date },
): SecretVersion {
  const before = versionAt(secret, 'AWSCURRENT');
  if (before !== undefined) {
    versionAt(secret, 'AWSPREVIOUS')?.stages.clear();
    before.stages.clear();
    before.stages.add('AWSPREVIOUS');
  }
  const added = { id, value, createdDate, stages: new Set(['AWSCURRENT']) };
  secret.versions.push(added);
  return added;
}

/** The version with a staging label. Undefined when there is none. */
export function versionAt({ versions }: StoredSecret, stage: string): SecretVersion | undefined {
  return versions.find(({ stages }) => stages.has(stage));
}
