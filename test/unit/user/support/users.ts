import '../../support/noSockets.ts';
import {
  newUserPool,
  poolJwk,
  type UserPool,
} from '../../../../infra/tools/standIns/identityProvider/userPool.ts';
import type { User } from '../../../../src/decision.ts';
import { Refusal } from '../../../../src/errors.ts';
import type { ApiRequest } from '../../../../src/event/apiRequest.ts';
import { readAuthorizerEvent } from '../../../../src/event/readEvent.ts';
import { importKeySet, readPublicKeys } from '../../../../src/keys/keySet.ts';
import { asymmetricAlgorithms } from '../../../../src/token/algorithms.ts';
import { type JwtUserCheckSettings, jwtUserCheck } from '../../../../src/user/jwtUserCheck.ts';
import { eventOf, type Headers } from '../../../cases/eventOf.ts';
import { harness, now, verdictOf } from '../../support/harness.ts';

/** A Cognito user pool, and another one of the same account. */
export const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01');
export const otherPool: UserPool = {
  ...newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example02'),
  clientId: '2example23456789',
};

/** Variables that check the users of {@link pool}. */
export const jwtVariables = {
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: pool.issuer,
  APPROOV_USER_AUDIENCE: pool.clientId,
};

/** The settings for access tokens of {@link pool}, as the defaults make them. */
export const settings: JwtUserCheckSettings = {
  userIssuer: [pool.issuer],
  userAudience: [pool.clientId],
  userAlgorithms: ['RS256'],
  userTokenUse: 'access',
  userTokenType: undefined,
  userScopes: undefined,
  userHeader: 'Authorization',
  userContextClaims: ['sub', 'exp', 'scope', 'client_id'],
  userClockToleranceSeconds: 0,
};

/** Where a pool has its keys by default. */
export const jwksUri = ({ issuer }: UserPool) => `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;

/**
 * An authorizer that checks users under a clock that the test moves. The keys of its pools are each at their own address;
 * `down` has the pools that are out of reach, and `fetches` the addresses asked so far.
 */
export function userWorld(variables: Record<string, string> = {}, pools: UserPool[] = [pool]) {
  const issuer = { pools, down: new Set<string>(), fetches: [] as string[], time: { now } };
  const given = { ...jwtVariables, APPROOV_DENIAL: 'policy', ...variables };
  const authorizer = harness(given, {
    time: issuer.time,
    fetchKeySet: async (uri) => {
      issuer.fetches.push(uri);
      if (issuer.down.has(uri)) throw new Error('down');
      const some = issuer.pools.filter((one) => issuer.pools.length === 1 || jwksUri(one) === uri);
      return JSON.stringify({ keys: some.map(poolJwk) });
    },
  });
  return {
    issuer,
    lines: authorizer.lines,
    answerEvent: authorizer.answer,
    answer: (headers: Headers) => authorizer.answer(eventOf.rest(headers)),
    /** The reason, or the decision when there is none. */
    decide: async (headers: Headers) => verdictOf(await authorizer.answer(eventOf.rest(headers))),
  };
}

/** A request with these headers. */
export function requestWith(headers: Headers): ApiRequest {
  return readAuthorizerEvent(eventOf.rest(headers));
}

/**
 * The check under a frozen clock, with the keys of pools handed in: with several issuers, each pool's for its own issuer. `keyLookUps` counts how often a
 * key was asked for.
 */
export async function userCheck(
  overrides: Partial<JwtUserCheckSettings> = {},
  { pools = [pool] }: { pools?: readonly UserPool[] } = {},
) {
  const isAlone = (overrides.userIssuer ?? settings.userIssuer).length === 1;
  const poolsByIssuer = Map.groupBy(pools, ({ issuer }) => (isAlone ? 'the only one' : issuer));
  const keySets = new Map(
    await Promise.all(
      [...poolsByIssuer].map(async ([issuer, some]) => {
        const keys = readPublicKeys(JSON.stringify({ keys: some.map(poolJwk) }));
        return [issuer, await importKeySet(keys, asymmetricAlgorithms)] as const;
      }),
    ),
  );
  const keyLookUps: string[] = [];
  const check = jwtUserCheck(
    { ...settings, ...overrides },
    async (issuer, algorithm, kid) => {
      keyLookUps.push(String(kid));
      return keySets.get(isAlone ? 'the only one' : issuer)?.keyFor(algorithm, kid);
    },
    () => now * 1000,
  );
  return {
    keyLookUps,
    /** The user, or the reason of the refusal. */
    async check(request: ApiRequest): Promise<User | string> {
      try {
        return await check(request, 0);
      } catch (error) {
        if (error instanceof Refusal) return error.reason;
        throw error;
      }
    },
  };
}
