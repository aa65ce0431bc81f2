import { Failure, FormatError } from '../../../../src/errors.ts';
import type { SecretVersion, VersionStage } from '../../../../src/keys/secretCache.ts';
import { SecretCache, type SecretLife } from '../../../../src/keys/secretCache.ts';

/** One second and one minute, in the milliseconds of the fake clock. */
export const second = 1000;
export const minute = 60 * second;

/** Lives of the tests: fetched again after 5 minutes, served stale for an hour, 15 minutes of grace. */
export const life: SecretLife = { ttl: 5 * minute, maxStale: 60 * minute, previousGrace: 15 * minute };

/** How the fake Secrets Manager answers a call: at once, or when the test says so. */
export type Answer = SecretVersion | undefined | Error | 'later';

/** A call that the fake Secrets Manager got; `later` ones are ended by the test. */
export interface FakeCall {
  readonly stage: VersionStage;
  readonly at: number;
  end(answer: Exclude<Answer, 'later'>): Promise<void>;
}

/** A version whose value is `text`, made long before the test began unless said otherwise. */
export function version(text: string, createdAt: number | undefined = 0): SecretVersion {
  return { text, versionId: `id of ${text}`, createdAt };
}

/** A cache of a text secret under a fake clock, with a fake Secrets Manager behind it. */
export class Rig {
  now = Date.UTC(2026, 0, 1);
  /** How far the wall clock was set back. */
  setBack = 0;
  random = 0;
  readonly calls: FakeCall[] = [];
  /** what the observer was told, in order */
  readonly events: string[] = [];
  /** values that were parsed, in order */
  readonly parsed: string[] = [];
  readonly answers: Record<VersionStage, Answer> = { AWSCURRENT: version('one'), AWSPREVIOUS: undefined };
  readonly cache: SecretCache<string>;

  constructor(lifeOf: Partial<SecretLife> = {}) {
    this.cache = new SecretCache({
      source: (stage) => this.#answer(stage),
      importKey: async (text) => {
        this.parsed.push(text);
        if (text.startsWith('junk')) throw new FormatError('the value is neither base64 nor base64url');
        if (text.startsWith('broken')) throw new RangeError(`a bug that quotes ${text}`);
        return text;
      },
      life: { ...life, ...lifeOf },
      codes: { unavailable: 'secret_unavailable', invalid: 'secret_invalid' },
      clocks: { wall: () => this.now - this.setBack, steady: () => this.now },
      random: () => this.random,
      observer: {
        fetched: () => this.events.push('fetched'),
        fetchFailed: ({ code }) => this.events.push(code),
      },
    });
  }

  /** Stages asked for so far, in order. */
  get asked(): VersionStage[] {
    return this.calls.map(({ stage }) => stage);
  }

  /** The calls that wait for the test to end them. */
  readonly waiting: FakeCall[] = [];

  /** Key of the current secret, or the failure's code. */
  async key(): Promise<string> {
    return outcome(this.cache.current().then(({ key }) => key));
  }

  /** As {@link key}, with a secret in the cache that has just been fetched. */
  static async warm(lifeOf: Partial<SecretLife> = {}, first: SecretVersion = version('one')): Promise<Rig> {
    const rig = new Rig(lifeOf);
    rig.answers.AWSCURRENT = first;
    await rig.cache.current();
    rig.calls.length = 0;
    rig.events.length = 0;
    return rig;
  }

  /** Lets time pass, after which Secrets Manager gives this answer for the current version. */
  pass(time: number, answer: Answer = this.answers.AWSCURRENT): void {
    this.now += time;
    this.answers.AWSCURRENT = answer;
  }

  /** As {@link pass}; then a request comes, and what it starts in the background ends. */
  async passRequest(time: number, answer?: Answer): Promise<string> {
    this.pass(time, answer);
    const key = await this.key();
    await settled();
    return key;
  }

  #answer(stage: VersionStage): Promise<SecretVersion | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<SecretVersion | undefined>();
    const end: FakeCall['end'] = async (answer) => {
      if (answer instanceof Error) reject(answer);
      else resolve(answer);
      await settled();
    };
    const call: FakeCall = { stage, at: this.now, end };
    this.calls.push(call);
    const answer = this.answers[stage];
    if (answer === 'later') this.waiting.push(call);
    else void end(answer);
    return promise;
  }
}

/** Waits until everything that needs no further answer has happened. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

/** The value of a promise, or the code of the failure in its place; `waiting` when it has not ended. */
export async function outcome<T>(promise: Promise<T>): Promise<T | string> {
  const waiting = Symbol('waiting');
  const ended = promise.catch((error: unknown) => {
    if (error instanceof Failure) return error.code;
    throw error;
  });
  const first = await Promise.race([ended, settled().then(() => waiting)]);
  return typeof first === 'symbol' ? 'waiting' : first;
}
