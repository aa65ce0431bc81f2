import './noSockets.ts';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import type { AuthorizerResponse, PolicyResponse } from '../../../src/answer/respond.ts';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';

import type { SecretSource } from '../../../src/keys/secretCache.ts';
import type { LogLine } from '../../../src/log.ts';
import { type Platform, startAuthorizer } from '../../../src/start.ts';
import { sourceOf } from '../../support/secrets.ts';

/** The frozen now of the unit tests, seconds since 1970 UTC. */
export const now = 1_795_478_164;

/** The secret of the unit tests: 64 bytes, as Approov's. */
export const secret = Buffer.alloc(64, 'a secret of the unit tests, not used anywhere else ');

/** A secret that the authorizer does not know. */
export const otherSecret = Buffer.alloc(64, 'another secret');

/** A token that lasts five minutes, unless the claims say otherwise. */
export const minted = (claims: object = {}, key: Uint8Array = secret) =>
  mintToken({ claims: { exp: now + 300, ...claims }, key });

/** One answer of the authorizer with what it wrote. */
export interface Answer {
  readonly response: AuthorizerResponse | undefined;
  readonly error: Error | undefined;
  readonly lines: readonly LogLine[];
}

/** What the authorizer of a test runs with, where it differs from {@link secret} and a clock that stands still. */
export interface HarnessOptions {
  readonly source?: SecretSource | undefined;
  /** Of the account message signing key, whose id is `account`. */
  readonly accountSource?: SecretSource | undefined;
  readonly fetchKeySet?: Platform['fetchKeySet'] | undefined;
  /** Seconds since 1970 UTC, which the test moves. */
  readonly time?: { now: number };
}

/** An authorizer with these variables. */
export function harness(
  variables: Readonly<Record<string, string | undefined>> = {},
  { source = sourceOf(secret), accountSource, fetchKeySet, time = { now } }: HarnessOptions = {},
) {
  const lines: string[] = [];
  const { config, warnings } = readEnvironment({
    APPROOV_SECRET_ID: 's',
    APPROOV_LOG_LEVEL: 'debug',
    ...variables,
  });
  const clock = () => time.now * 1000;
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

/** The reason of the decision, or the decision when it has none. */
export function verdictOf(answer: Answer): string | undefined {
  const line = decisionOf(answer);
  return line?.reason ?? line?.decision;
}

/** The effect of the policy. Undefined without a policy. */
export function effectOf({ response }: Answer): 'Allow' | 'Deny' | undefined {
  return (response as PolicyResponse | undefined)?.policyDocument?.Statement[0].Effect;
}
