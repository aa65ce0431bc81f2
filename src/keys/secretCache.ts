import { FormatError } from '../errors.ts';
import { type Source, timeLimits } from './call.ts';
import { FetchedCache, type FetchedLife } from './fetchedCache.ts';
import { Fetcher, type FetchOptions } from './fetcher.ts';
import { Moment } from './moment.ts';

/** The two versions of a secret that can verify a token. */
export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS';

/** One version of a secret, as Secrets Manager gives it. */
export interface SecretVersion {
  /** The value as text; SecretBinary read as UTF-8. */
  readonly text: string;
  readonly versionId: string | undefined;
  /** Milliseconds since 1970 UTC at which the version was made, when known. */
  readonly createdAt: number | undefined;
}

/**
 * Fetches one version of a secret, in one call, without trying again.
 *
 * @param signal aborted when nobody waits for the call any longer
 * @returns the version; undefined when the secret has no version with that stage
 * @throws FetchError
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export type SecretSource = (stage: VersionStage, signal: AbortSignal) => Promise<SecretVersion | undefined>;

/** How long a fetched secret is used. */
export interface SecretLife extends FetchedLife {
  /** Milliseconds after the current version's creation in which the previous version verifies too; 0: never. */
  readonly previousGrace: number;
}

/** What a {@link SecretCache} is made of. */
export interface SecretCacheOptions<Key> extends FetchOptions {
  readonly source: SecretSource;
  /** Imports a secret's value; throws FormatError. */
  readonly importKey: (text: string) => Promise<Key>;
  readonly life: SecretLife;
}

/** A version of the secret, ready for use: the same object for as long as the version stays current. */
interface LoadedSecret<Key> {
  readonly key: Key;
  readonly version: SecretVersion;
  /** When this version was first fetched. */
  readonly loadedAt: Moment;
}

/** The version before the current one. */
interface PreviousSecret<Key> {
  readonly of: LoadedSecret<Key>;
  readonly fetcher: Fetcher<SecretVersion | undefined, Pick<LoadedSecret<Key>, 'key'> | undefined>;
  /** Unset until it is known; then without a secret when there is none. */
  fetched?: { readonly secret: Pick<LoadedSecret<Key>, 'key'> | undefined };
}

/** Keeps one secret of Secrets Manager, and for a while after a rotation the version before it. */
export class SecretCache<Key> extends FetchedCache<SecretVersion, LoadedSecret<Key>> {
  readonly #options: SecretCacheOptions<Key>;
  #previous: PreviousSecret<Key> | undefined;

  constructor(options: SecretCacheOptions<Key>) {
    super({
      ...options,
      // Every secret has a current version.
      source: sourceOf(options.source, 'AWSCURRENT') as Source<SecretVersion>,
      async load(version, known) {
        const isSame = known?.version.text === version.text && known.version.versionId === version.versionId;
        if (isSame) return known;
        return { key: await options.importKey(version.text), version, loadedAt: new Moment(options.clocks) };
      },
    });
    this.#options = options;
  }

  /**
   * The version before `current`, within its grace.
   *
   * @returns undefined when there is none, or its grace is over
   * @throws Failure when it cannot be fetched: whether it would verify is then not known
   */
  async previousOf(current: LoadedSecret<Key>): Promise<{ readonly key: Key } | undefined> {
    if (!this.#isInGrace(current)) return undefined;
    if (this.#previous?.of !== current) {
      // A new fetcher: a call that began before the rotation would return the version before this one.
      const source = sourceOf(this.#options.source, 'AWSPREVIOUS');
      const load = (version: SecretVersion | undefined) => this.#loadPrevious(version);
      this.#previous = { of: current, fetcher: new Fetcher(source, load, this.#options) };
    }
    const previous = this.#previous;
    previous.fetched ??= { secret: await previous.fetcher.fetch() };
    return previous.fetched.secret;
  }

  /**
   * The creation is a time by Secrets Manager's clock, so the wall clock measures it. Should that be set back, the
   * grace ends by the time since the version was first fetched.
   */
  #isInGrace({ version: { createdAt }, loadedAt }: LoadedSecret<Key>): boolean {
    const { clocks, life } = this.#options;
    return (
      createdAt !== undefined &&
      clocks.wall() - createdAt < life.previousGrace &&
      loadedAt.age < life.previousGrace
    );
  }

  /** A previous version that is no secret counts as none: somebody stored a wrong value, and has replaced it since. */
  async #loadPrevious(version: SecretVersion | undefined): Promise<{ readonly key: Key } | undefined> {
    try {
      return version && { key: await this.#options.importKey(version.text) };
    } catch (error) {
      if (error instanceof FormatError) return undefined;
      throw error;
    }
  }
}

function sourceOf(source: SecretSource, stage: VersionStage): Source<SecretVersion | undefined> {
  return {
    call: 'GetSecretValue',
    timeout: timeLimits.secretsManagerCall,
    fetch: (signal) => source(stage, signal),
  };
}

/**
 * Tries a signature with the current version of a secret, with the previous one in its grace, and, when neither
 * verifies it, once more with the secret fetched afresh, so that a rotation takes effect at once.
 *
 * @param verifies whether a key verifies the signature
 * @param arrivedAt when the request came, by the steady clock, in milliseconds
 * @returns the version that verifies it, undefined when none does
 * @throws Failure when the secret cannot be fetched
 */
export async function verifyWithSecret<Key>(
  secretCache: SecretCache<Key>,
  verifies: (key: Key) => Promise<boolean>,
  arrivedAt: number,
): Promise<'current' | 'previous' | undefined> {
  const seen = await secretCache.current();
  if (await verifies(seen.key)) return 'current';
  // A previous version that cannot be fetched must not hide that there is a new one.
  const [previous] = await Promise.allSettled([verifiesWithPrevious(seen)]);
  if (previous.status === 'fulfilled' && previous.value) return 'previous';
  const fresh = await secretCache.refreshAfterMismatch(seen, arrivedAt);
  if (fresh) {
    if (await verifies(fresh.key)) return 'current';
    return (await verifiesWithPrevious(fresh)) ? 'previous' : undefined;
  }
  if (previous.status === 'rejected') throw previous.reason;
  return undefined;

  async function verifiesWithPrevious(current: typeof seen): Promise<boolean> {
    const previous = await secretCache.previousOf(current);
    return previous !== undefined && verifies(previous.key);
  }
}
