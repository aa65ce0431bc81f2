import './noSockets.ts';
import type { AuthorizerResponse, PolicyResponse } from '../../../src/answer/respond.ts';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import type { FetchKeySet } from '../../../src/keys/keySetCache.ts';
import type { SecretSource } from '../../../src/keys/secretCache.ts';
import type { LogLine } from '../../../src/log.ts';
import { startAuthorizer } from '../../../src/start.ts';

/** The frozen now of the unit tests, seconds since 1970 UTC. */
export const now = 1_795_478_164;

/** The secret of the unit tests: 64 bytes, as Approov's. */
export const secret = Buffer.alloc(64, 'a secret of the unit tests, not used anywhere else ');

/** One answer of the authorizer with what it wrote. */
export interface Answer {
  readonly response: AuthorizerResponse | undefined;
  readonly error: Error | undefined;
  readonly lines: readonly LogLine[];
}

const goodSource: SecretSource = async () => ({
  text: secret.toString('base64'),
  versionId: 'v1',
  createdAt: 0,
});

/** An authorizer under a frozen clock, with a source that gives {@link secret}; `account` is the account key's id. */
export function harness(
  variables: Readonly<Record<string, string | undefined>> = {},
  source: SecretSource = goodSource,
  clock = () => now * 1000,
  accountSource?: SecretSource,
  fetchKeySet?: FetchKeySet,
) {
  const lines: string[] = [];
  const { config, warnings } = readEnvironment({
    APPROOV_SECRET_ID: 's',
    APPROOV_LOG_LEVEL: 'debug',
    ...variables,
  });
  const authorizer = startAuthorizer(config, warnings, {
    sourceOf: (secretId) => (secretId === 'account' ? (accountSource as SecretSource) : source),
    ...(fetchKeySet && { fetchKeySet }),
    write: (line) => lines.push(line),
    clock,
    steadyClock: clock,
    random: () => 0,
  });
  return {
    /** everything written so far */
    lines,
    async answer(event: unknown): Promise<Answer> {
      const before = lines.length;
      const outcome = await authorizer(event).then(
        (response) => ({ response, error: undefined }),
        (error: Error) => ({ response: undefined, error }),
      );
      return { ...outcome, lines: lines.slice(before).map((line) => JSON.parse(line)) };
    },
  };
}

/** The decision's line. */
export function decisionOf({ lines }: Answer): LogLine | undefined {
  return lines.find((line) => line.decision !== undefined);
}

/** What the policy says, or undefined when the answer is none. */
export function effectOf({ response }: Answer): 'Allow' | 'Deny' | undefined {
  return (response as PolicyResponse | undefined)?.policyDocument?.Statement[0].Effect;
}
