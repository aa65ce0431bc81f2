import { randomUUID } from 'node:crypto';
import { ServiceError } from './serviceError.ts';

/** A secret's value as a caller gives it: text, or bytes, which are sent as base64. */
export type SecretValue = { string: string } | { binary: Uint8Array };

/** One version of a secret with the staging labels that point at it. */
export interface SecretVersion {
  id: string;
  value: SecretValue;
  createdDate: Date;
  stages: Set<string>;
}

/** A secret with all its versions, oldest first. A secret that was created empty has none. */
export interface StoredSecret {
  arn: string;
  name: string;
  createdDate: Date;
  versions: SecretVersion[];
}

/** The id, labels and date of a new version, in place of the defaults. */
export interface AddVersion {
  id?: string | undefined;
  stages?: readonly string[] | undefined;
  createdDate?: Date | undefined;
}

/**
 * The memory behind the Secrets Manager stand-in: secrets, versions and staging labels, which move as they do at AWS.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html#term_version
 */
export class SecretsStore {
  readonly #secrets = new Map<string, StoredSecret>();
  readonly #clock: () => number;
  readonly #arnPrefix: string;

  /**
   * @param clock milliseconds since the epoch, for the dates of secrets and versions.
   * @param region in the ARNs.
   */
  constructor(clock: () => number, region: string) {
    this.#clock = clock;
    this.#arnPrefix = `arn:aws:secretsmanager:${region}:000000000000:secret:`;
  }

  /**
   * Creates a secret without a version.
   *
   * @throws {@link ServiceError} `ResourceExistsException` when the name is taken.
   */
  create(name: string): StoredSecret {
    if (this.#secrets.has(name)) {
      throw new ServiceError(
        'ResourceExistsException',
        `The operation failed because the secret ${name} already exists.`,
      );
    }
    const suffix = randomUUID().replaceAll('-', '').slice(0, 6);
    const secret = {
      arn: `${this.#arnPrefix}${name}-${suffix}`,
      name,
      createdDate: new Date(this.#clock()),
      versions: [],
    };
    this.#secrets.set(name, secret);
    return secret;
  }

  /** Deletes a secret at once, without AWS's recovery window. An unknown name is no error. */
  delete(name: string): void {
    this.#secrets.delete(name);
  }

  /**
   * Finds a secret by name, ARN, or ARN without the six random characters at its end.
   *
   * @throws {@link ServiceError} `ResourceNotFoundException`.
   */
  find(secretId: string): StoredSecret {
    for (const secret of this.#secrets.values()) {
      if ([secret.name, secret.arn, `${this.#arnPrefix}${secret.name}`].includes(secretId)) {
        return secret;
      }
    }
    throw new ServiceError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /**
   * Adds a version and moves its labels to it: the version that loses `AWSCURRENT` becomes `AWSPREVIOUS`. The same id
   * with the same value again changes nothing.
   *
   * @throws {@link ServiceError} `ResourceExistsException` when the id is in use for another value.
   */
  addVersion(secret: StoredSecret, value: SecretValue, options: AddVersion = {}): SecretVersion {
    const id = options.id ?? randomUUID();
    const same = secret.versions.find((version) => version.id === id);
    if (same !== undefined) {
      if (wireText(same.value) === wireText(value)) {
        return same;
      }
      throw new ServiceError(
        'ResourceExistsException',
        `You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${secret.arn}.`,
      );
    }
    const createdDate = options.createdDate ?? new Date(this.#clock());
    const added: SecretVersion = { id, value, createdDate, stages: new Set() };
    secret.versions.push(added);
    // The first version is always the current one, whatever labels were asked for.
    const first = secret.versions.length === 1;
    for (const stage of new Set([...(options.stages ?? ['AWSCURRENT']), ...(first ? ['AWSCURRENT'] : [])])) {
      moveStage(secret, stage, added);
    }
    return added;
  }

  /**
   * Finds the version that an id, a label, or neither (`AWSCURRENT`) asks for.
   *
   * @throws {@link ServiceError} `ResourceNotFoundException`, or `InvalidRequestException` when id and label disagree.
   */
  version(secret: StoredSecret, id?: string, stage?: string): SecretVersion {
    const label = stage ?? (id === undefined ? 'AWSCURRENT' : undefined);
    const found = secret.versions.find((version) =>
      id === undefined ? version.stages.has(label as string) : version.id === id,
    );
    if (found === undefined) {
      const what = id === undefined ? `staging label: ${label}` : `VersionId: ${id}`;
      throw new ServiceError(
        'ResourceNotFoundException',
        `Secrets Manager can't find the specified secret value for ${what}`,
      );
    }
    if (label !== undefined && !found.stages.has(label)) {
      throw new ServiceError(
        'InvalidRequestException',
        'You provided a VersionStage that is not associated to the provided VersionId.',
      );
    }
    return found;
  }
}

function moveStage(secret: StoredSecret, stage: string, to: SecretVersion): void {
  const from = secret.versions.find((version) => version !== to && version.stages.has(stage));
  from?.stages.delete(stage);
  to.stages.add(stage);
  if (stage === 'AWSCURRENT' && from !== undefined) {
    moveStage(secret, 'AWSPREVIOUS', from);
  }
}

function wireText(value: SecretValue): string {
  return 'string' in value ? `s:${value.string}` : `b:${Buffer.from(value.binary).toString('base64')}`;
}
