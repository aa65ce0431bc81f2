import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  contextOf as contextOfDecision,
  isReservedContextKey,
  largestContext,
} from '../../../src/answer/context.ts';
import { longestResource, policyOf, policyResource } from '../../../src/answer/policy.ts';
import { newDecision, type User } from '../../../src/decision.ts';
import type { ApiRequest } from '../../../src/event/apiRequest.ts';
import { readInvokeArn } from '../../../src/event/readEvent.ts';
import type { ApproovClaims } from '../../../src/token/claims.ts';
import { arnOf } from '../../cases/eventOf.ts';

const stageArn = arnOf();
const findings = { binding: 'off', messageSignature: 'off' } as const;

/** The context of an allowed request. */
const allowed = (claims: object, names: readonly string[], found: object = findings) =>
  contextOfDecision(
    { ...newDecision<ApiRequest, User>(0, false, 'enforce'), ...found, claims: claims as ApproovClaims },
    names,
  );

suite('policy resource', () => {
  const cases: [name: string, scope: 'stage' | 'method', suffix: string, expected: string][] = [
    ['stage covers every method', 'stage', '/GET/x', '/*'],
    ['stage of a path with wildcards', 'stage', '/GET/*', '/*'],
    ['method alone', 'method', '/GET/items/1', '/GET/items/1'],
    ['method without path', 'method', '', ''],
    ['* stands for itself', 'method', '/GET/a*b', '/GET/a$' + '{*}b'],
    ['? stands for itself', 'method', '/GET/a?', '/GET/a$' + '{?}'],
    [
      'a policy variable stands for itself',
      'method',
      '/GET/$' + '{aws:username}',
      '/GET/$' + '{$}{aws:username}',
    ],
    ['a lone $ needs nothing', 'method', '/$connect', '/$connect'],
  ];
  for (const [name, scope, suffix, expected] of cases) {
    test(name, () =>
      assert.equal(policyResource(readInvokeArn(stageArn + suffix), scope), stageArn + expected),
    );
  }

  for (const character of ['a', '*', '😀']) {
    test(`is never over ${longestResource} characters, with a path of ${character}`, () => {
      for (let length = 90; length < 600; length += 1) {
        const path = 'x'.repeat(length % 7) + character.repeat(length);
        const resource = policyResource(readInvokeArn(`${stageArn}/GET/${path}`), 'method');
        assert.ok(resource.length <= longestResource);
        const literal = resource.replaceAll('$' + '{*}', '');
        assert.match(literal, /^[^*?]*\*?$/, 'a wildcard elsewhere than at the end');
        assert.ok(resource.isWellFormed(), 'cut inside a character');
      }
    });
  }
});

suite('allow policy', () => {
  const cases: [name: string, until: number, expected: string][] = [
    ['whole seconds', 1_795_478_164, '2026-11-23T23:56:04Z'],
    ['a fraction is rounded down', 1_795_478_164.999, '2026-11-23T23:56:04Z'],
    ['the last second of year 9999 and a tolerance', 253_402_300_859, '9999-12-31T23:59:59Z'],
  ];
  for (const [name, until, expected] of cases) {
    test(`ends with its token: ${name}`, () => {
      assert.deepEqual(policyOf('Allow', 'r', until), {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'r',
            Condition: { DateLessThan: { 'aws:CurrentTime': expected } },
          },
        ],
      });
    });
  }
});

suite('context', () => {
  const checked = { ...findings, mode: 'enforce' };
  const many = Object.fromEntries(
    Array.from({ length: 50 }, (_, i) => [`claim-${i}-${'n'.repeat(100)}`, 'v']),
  );
  const sized = (sub: number, did: number) => ({ exp: 5, sub: 's'.repeat(sub), did: 'd'.repeat(did) });
  const lists = { anno: ['a', 'b'], embed: { 'hcap:k': { x: 1 } }, aud: ['x'] };
  const written = { anno: '[%22a%22,%22b%22]', embed: '{%22hcap:k%22:{%22x%22:1}}', aud: '[%22x%22]' };
  const custom = { exp: 5, beta: true, level: 3 };
  const cases: [name: string, claims: object, names: string, expected: object][] = [
    [
      'each configured claim under its own name',
      { exp: 5.5, did: 'd', sub: 's' },
      'exp did',
      { exp: 5.5, did: 'd' },
    ],
    [
      'lists and objects as JSON without quotes',
      { exp: 5, ...lists },
      'exp anno embed aud',
      { exp: 5, ...written },
    ],
    ['booleans and numbers of custom claims as they are', custom, 'exp beta level', custom],
    [
      'never what a REST API would answer with 500',
      { exp: 5, none: null, infinite: Number.POSITIVE_INFINITY },
      'exp none infinite absent',
      { exp: 5 },
    ],
    ['nothing inherited', { exp: 5 }, 'exp toString constructor __proto__', { exp: 5 }],
    [
      'the longest claims are left out first',
      { ...sized(3000, 2000), arc: 'a' },
      'exp sub did arc',
      { exp: 5, did: 'd'.repeat(2000), arc: 'a', omitted: 'sub' },
    ],
    [
      'as many as it takes',
      { ...sized(3000, 5000), iss: 'é'.repeat(2100) },
      'exp sub did iss',
      { exp: 5, sub: 's'.repeat(3000), omitted: 'did,iss' },
    ],
    ['not even the names of too many', { exp: 5, ...many }, `exp ${Object.keys(many).join(' ')}`, { exp: 5 }],
    ['what the checks found when no claim is to be handed on', { exp: 5 }, '', {}],
  ];
  for (const [name, claims, names, expected] of cases) {
    test(name, () => {
      const context = allowed(claims, names.split(' ').filter(Boolean));
      assert.deepEqual(context, { ...checked, ...expected });
      assert.ok(Buffer.byteLength(JSON.stringify(context)) <= largestContext);
    });
  }

  const reserved = [
    ...['lambda', 'jwt', 'iam', 'claims', 'scopes', 'usageIdentifierKey', 'user_sub', 'approov_did'],
    ...['integrationStatus', 'latency', 'requestId', 'status', 'error', 'contentDigest', 'messageSignature'],
    ...['messageSignatureReason', 'reason', 'omitted', 'pay', 'ipk', 'principalId', 'integrationLatency'],
    ...['mode', 'verdict', 'binding'],
  ];
  for (const name of reserved) {
    test(`never a claim called ${name}`, () => {
      assert.ok(isReservedContextKey(name));
      assert.deepEqual(allowed({ exp: 5, [name]: 'x' }, ['exp', name]), { exp: 5, ...checked });
    });
  }

  test('is whole up to the last byte that fits, and not one byte further', () => {
    const contextOf = (length: number) => allowed({ exp: 5, sub: 's'.repeat(length) }, ['exp', 'sub']);
    const room = largestContext - Buffer.byteLength(JSON.stringify(contextOf(0)));
    assert.equal(Buffer.byteLength(JSON.stringify(contextOf(room))), largestContext);
    assert.deepEqual(contextOf(room + 1), { exp: 5, ...checked, omitted: 'sub' });
  });

  const verified = { binding: 'verified', messageSignature: 'install', contentDigest: 'sha-256=:x:' };
  const digests: [name: string, claims: object, found: object, expected: object][] = [
    [
      'hands on the digest that a signature covers',
      { exp: 5 },
      verified,
      { exp: 5, mode: 'enforce', ...verified },
    ],
    [
      'leaves out a digest that is too long, as any other',
      { arc: 'a' },
      { contentDigest: 'd'.repeat(largestContext) },
      { arc: 'a', ...checked, omitted: 'contentDigest' },
    ],
    [
      'names a digest that is left out even when the names of the claims are too many to list',
      many,
      { contentDigest: 'sha-256=:x:' },
      { ...checked, omitted: 'contentDigest' },
    ],
  ];
  for (const [name, claims, found, expected] of digests) {
    test(name, () => {
      assert.deepEqual(allowed(claims, Object.keys(claims), { ...findings, ...found }), expected);
    });
  }
});
