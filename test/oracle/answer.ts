/**
 * Answers the second implementation's requests with the authorizer of `src`: one line of JSON with settings, keys and
 * events, one line with the answers.
 */
import { createInterface } from 'node:readline';
import type { AuthorizerResponse } from '../../src/answer/respond.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { startAuthorizer } from '../../src/start.ts';

interface Secret {
  readonly current: string;
  readonly previous?: string;
  /** Seconds since 1970 UTC. */
  readonly createdAt: number;
}

interface Question {
  readonly settings: Readonly<Record<string, string>>;
  /** null: Secrets Manager is out of reach. */
  readonly secrets: Readonly<Record<string, Secret | null>>;
  /** Key sets by URL. null: out of reach. */
  readonly keySets: Readonly<Record<string, string | null>>;
  readonly now: number;
  readonly events: readonly unknown[];
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await answersTo(JSON.parse(line)))}\n`);
}

async function answersTo({ settings, secrets, keySets, now, events }: Question): Promise<unknown[]> {
  let reason: string | undefined;
  const { config, warnings } = readEnvironment(settings);
  const authorizer = startAuthorizer(config, warnings, {
    sourceOf: (secretId) => async (stage) => {
      const secret = secrets[secretId];
      if (!secret) throw new Error('out of reach');
      const text = stage === 'AWSCURRENT' ? secret.current : secret.previous;
      const createdAt = secret.createdAt * 1000;
      return text === undefined ? undefined : { text, versionId: stage, createdAt };
    },
    fetchKeySet: async (uri) => {
      const text = keySets[uri];
      if (!text) throw new Error('out of reach');
      return text;
    },
    write: (text) => {
      const { decision, reason: written } = JSON.parse(text);
      if (decision) reason = written;
    },
    clock: () => now * 1000,
    steadyClock: () => now * 1000,
    random: () => 0,
  });
  const answers: unknown[] = [];
  for (const event of events) {
    answers.push(
      await authorizer(event).then(answerOf, (error: Error) =>
        error.message === 'Unauthorized' ? { effect: 'Unauthorized' } : { effect: 'Failure', reason },
      ),
    );
  }
  return answers;
}

function answerOf(response: AuthorizerResponse): unknown {
  if (!('policyDocument' in response)) return response;
  const { principalId, policyDocument, context } = response;
  const [{ Effect, Condition }] = policyDocument.Statement;
  if (Effect === 'Deny') return { effect: 'Deny', reason: context.reason, context };
  return {
    effect: 'Allow',
    principalId,
    until: Condition?.DateLessThan['aws:CurrentTime'] ?? null,
    context,
  };
}
