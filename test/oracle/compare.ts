/**
 * Gives the requests of `ask.py`, from standard input, to the authorizer of `src`, and prints every difference. Ends with
 * `N passed, N failed`. With `--first` it ends at the first difference.
 */
import { createInterface } from 'node:readline';
import { isDeepStrictEqual } from 'node:util';
import type { AuthorizerResponse } from '../../src/answer/respond.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { type Authorizer, startAuthorizer } from '../../src/start.ts';

interface Secret {
  readonly current: string;
  readonly previous?: string;
  /** What the first call gives: the secret is rotated after it. */
  readonly first?: string;
  /** Seconds since 1970 UTC. */
  readonly createdAt: number;
}

interface Answer {
  readonly effect: string;
  readonly reason?: string;
  /** Principal, context and the like. */
  readonly [part: string]: unknown;
}

interface Question {
  readonly settings: Readonly<Record<string, string>>;
  /** null: Secrets Manager is out of reach. */
  readonly secrets: Readonly<Record<string, Secret | null>>;
  /** Key sets by URL. null: out of reach. */
  readonly keySets: Readonly<Record<string, string | null>>;
  readonly now: number;
  readonly events: readonly unknown[];
  readonly expected: readonly Answer[];
}

const differencesShown = 5;
const stopsAtFirst = process.argv.includes('--first');
const counts = new Map<string, number>();
let passed = 0;
let failed = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { settings, events, expected, ...world }: Question = JSON.parse(line);
  let reason: string | undefined;
  const authorizer = start(settings, world, (written) => {
    reason = written;
  });
  for (const [index, event] of events.entries()) {
    const answer = await authorizer(event).then(answerOf, (error: Error) =>
      error.message === 'Unauthorized' ? { effect: 'Unauthorized' } : { effect: 'Failure', reason },
    );
    const wanted = expected[index] as Answer;
    const name = wanted.reason ?? wanted.effect;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    if (isDeepStrictEqual(JSON.parse(JSON.stringify(answer)), wanted)) {
      passed += 1;
      continue;
    }
    failed += 1;
    if (failed <= differencesShown) console.log(JSON.stringify({ wanted, answer, settings, event }, null, 1));
  }
  if (failed > 0 && stopsAtFirst) break;
}
for (const [name, count] of [...counts].sort(([, a], [, b]) => b - a)) console.log(`${count} ${name}`);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || passed === 0 ? 1 : 0);

function start(
  settings: Question['settings'],
  { secrets, keySets, now }: Pick<Question, 'secrets' | 'keySets' | 'now'>,
  decided: (reason: string | undefined) => void,
): Authorizer {
  let steady = 0;
  const { config, warnings } = readEnvironment(settings);
  return startAuthorizer(config, warnings, {
    sourceOf(secretId) {
      const secret = secrets[secretId];
      let calls = 0;
      return async (stage) => {
        if (!secret) throw new Error('out of reach');
        if (stage === 'AWSCURRENT') calls += 1;
        const isRotated = secret.first === undefined || calls > 1;
        const { current, previous } = isRotated ? secret : { current: secret.first, previous: undefined };
        const text = stage === 'AWSCURRENT' ? current : previous;
        return text === undefined ? undefined : { text, versionId: text, createdAt: secret.createdAt * 1000 };
      };
    },
    fetchKeySet: async (uri) => {
      const text = keySets[uri];
      if (!text) throw new Error('out of reach');
      return text;
    },
    write: (text) => {
      const { decision, reason } = JSON.parse(text);
      if (decision) decided(reason);
    },
    clock: () => now * 1000,
    // Each look is later than the one before, so that a secret may be fetched afresh.
    steadyClock: () => ++steady,
    random: () => 0,
  });
}

function answerOf(response: AuthorizerResponse): Answer {
  const { context } = response;
  const reason =
    typeof context.reason === 'string' && context.verdict === undefined ? { reason: context.reason } : {};
  if (!('policyDocument' in response)) {
    return { effect: response.isAuthorized ? 'Allow' : 'Deny', ...reason, context };
  }
  const { principalId, policyDocument } = response;
  const [{ Effect: effect, Resource: resource, Condition }] = policyDocument.Statement;
  const until = Condition?.DateLessThan['aws:CurrentTime'] ?? null;
  return { effect, ...reason, principalId, until, resource, context };
}
