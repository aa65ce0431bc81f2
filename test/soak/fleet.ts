import { FetchError } from '../../src/errors.ts';
import { SecretCache, type SecretSource, verifyWithSecret } from '../../src/keys/secretCache.ts';
import type { Scenario } from './fleetScenarios.ts';

/**
 * Calls of GetSecretValue that an account may make in a Region in a second: one for each environment of a whole fleet.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html
 */
export const quota = 10_000;

/** How requests were answered, and when the first and the last of them came, in seconds since the event. */
export interface Answers {
  count: number;
  readonly first: number;
  last: number;
}

/** The figures of a scenario. */
export interface FleetFigures {
  readonly scenario: string;
  readonly environments: number;
  readonly requests: number;
  readonly calls: number;
  /** Most calls in a second, while the environments start and after that. */
  readonly peakAtStart: number;
  readonly peakAfterStart: number;
  readonly throttledCalls: number;
  /** By kind of token and answer, such as `genuine refused`; `failed` is a 500. */
  readonly answers: Readonly<Record<string, Answers>>;
}

const life = { ttl: 300_000, maxStale: 3_600_000, previousGrace: 900_000 };
const tokenLife = 300_000;
const latency = 20;
/** Least mean time between two requests to an environment before the event. */
const gapBefore = 10_000;
const month = 30 * 24 * 3_600_000;

/**
 * Runs environments with the real caches on a virtual clock against a model of Secrets Manager. A token is the name of
 * the secret that signed it, and genuine ones are up to five minutes old. As in Lambda, an environment handles one
 * request at a time.
 *
 * @param environments 10,000 for a whole fleet; the quota shrinks with it
 */
export async function runFleet(scenario: Scenario, environments = quota): Promise<FleetFigures> {
  const { duration, rotatedAt = Number.POSITIVE_INFINITY, outage, forged } = scenario;
  const event = scenario.rotatedAt ?? outage?.from ?? forged?.from ?? 0;
  const busyFrom = forged?.from ?? event;
  const time = new VirtualTime();
  const random = seededRandom();
  const callsInSecond: number[] = [];
  let throttledCalls = 0;
  let requests = 0;
  const answers: Record<string, Answers> = {};

  const source: SecretSource = async (stage) => {
    const second = Math.floor(time.now / 1000);
    const calls = (callsInSecond[second] ?? 0) + 1;
    callsInSecond[second] = calls;
    const isDown = outage && time.now >= outage.from && time.now < outage.to;
    const isThrottled = calls > environments;
    const current = time.now >= rotatedAt + (scenario.lag ?? 0) ? 1 : 0;
    await time.sleep(latency);
    if (isThrottled) throttledCalls += 1;
    if (isDown || isThrottled)
      throw new FetchError('GetSecretValue', isDown ? 'InternalServiceError' : 'ThrottlingException');
    const version = stage === 'AWSCURRENT' ? current : current - 1;
    if (version < 0) return undefined;
    return {
      text: secretOf(version),
      versionId: `${version}`,
      createdAt: version === 0 ? -month : rotatedAt,
    };
  };

  function draw(now: number) {
    if (forged && now >= forged.from && random() < forged.share)
      return { kind: 'forged', signedWith: 'forged' };
    if (now >= rotatedAt && random() < (scenario.withdrawn ?? 0)) {
      return { kind: 'withdrawn', signedWith: secretOf(0) };
    }
    const issuedAt = now - random() * tokenLife;
    return { kind: 'genuine', signedWith: secretOf(issuedAt >= rotatedAt ? 1 : 0) };
  }

  function count(answer: string, at: number): void {
    const since = (at - event) / 1000;
    answers[answer] ??= { count: 0, first: since, last: since };
    answers[answer].count += 1;
    answers[answer].last = Math.max(answers[answer].last, since);
  }

  async function runEnvironment(index: number): Promise<void> {
    await time.sleep((scenario.startsOver * index) / environments);
    const cache = new SecretCache<string>({
      source,
      importKey: async (text) => text,
      life: { ...life, previousGrace: scenario.grace ?? life.previousGrace },
      clocks: { wall: () => time.now, steady: () => time.now },
      random,
      codes: { unavailable: 'secret_unavailable', invalid: 'secret_invalid' },
      observer: { fetched() {}, fetchFailed() {} },
    });
    cache.prefetch();
    const idleness = index % 10 === 9 ? 60 : 1;
    for (;;) {
      const isBefore = time.now < busyFrom;
      const gap = isBefore ? Math.max(scenario.gap, gapBefore) : scenario.gap;
      const pause = -Math.log(1 - random()) * gap * idleness;
      await time.sleep(isBefore ? Math.min(pause, busyFrom - time.now) : pause);
      if (isBefore && time.now >= busyFrom) continue;
      const { now } = time;
      if (now >= duration) return;
      const { kind, signedWith } = draw(now);
      requests += 1;
      const answer = await verifyWithSecret(cache, async (key) => key === signedWith, now).then(
        (acceptedBy) => (acceptedBy ? 'accepted' : 'refused'),
        () => 'failed',
      );
      count(`${kind} ${answer}`, now);
    }
  }

  for (let index = 0; index < environments; index += 1) void runEnvironment(index);
  await time.runUntil(duration + 10 * latency);
  const started = Math.ceil(scenario.startsOver / 1000);
  const most = (counts: number[]) => counts.reduce((a, b) => Math.max(a, b ?? 0), 0);
  return {
    scenario: scenario.name,
    environments,
    requests,
    calls: callsInSecond.reduce((sum, calls) => sum + (calls ?? 0), 0),
    peakAtStart: most(callsInSecond.slice(0, started)),
    peakAfterStart: most(callsInSecond.slice(started)),
    throttledCalls,
    answers,
  };
}

function secretOf(version: number): string {
  return `secret ${version}`;
}

/** A clock that moves on when nothing is left to do at its time. */
class VirtualTime {
  /** Milliseconds, a multiple of 10. */
  now = 0;
  readonly #sleepers = new Map<number, (() => void)[]>();

  sleep(duration: number): Promise<void> {
    const until = this.now + Math.max(1, Math.round(duration / 10)) * 10;
    const sleepers = this.#sleepers.get(until) ?? [];
    this.#sleepers.set(until, sleepers);
    return new Promise((resolve) => sleepers.push(resolve));
  }

  async runUntil(end: number): Promise<void> {
    for (; this.now < end; this.now += 10) {
      const sleepers = this.#sleepers.get(this.now) ?? [];
      this.#sleepers.delete(this.now);
      for (const wake of sleepers) wake();
      // A macrotask begins only when all promises of this moment are settled.
      if (sleepers.length > 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Mulberry32: the same figures from each run. */
function seededRandom(): () => number {
  let state = 27;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
