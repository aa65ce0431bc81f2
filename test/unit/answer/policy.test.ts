import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  contextOf as contextOfDecision,
  isReservedContextKey,
  largestContext,
} from '../../../src/answer/context.ts';
import { allowPolicy, longestResource, policyResource } from '../../../src/answer/policy.ts';
import { newDecision, type User } from '../../../src/decision.ts';
import type { ApiRequest } from '../../../src/event/apiRequest.ts';
import { readInvokeArn } from '../../../src/event/invokeArn.ts';
import type { ApproovClaims } from '../../../src/token/claims.ts';

const stageArn = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod';
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
      assert.deepEqual(allowPolicy('r', until), {
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
  const cases: [
    name: string,
    claims: Record<string, unknown>,
    names: string[],
    expected: Record<string, unknown>,
  ][] = [
    [
      'each configured claim under its own name',
      { exp: 5.5, did: 'd', sub: 's', ip: '1.2.3.4' },
      ['exp', 'did'],
      { exp: 5.5, did: 'd' },
    ],
    [
      'lists and objects as JSON without quotes',
      { exp: 5, anno: ['a', 'b'], embed: { 'hcap:k': { x: 1 } }, aud: ['x'] },
      ['exp', 'anno', 'embed', 'aud'],
      { exp: 5, anno: '[%22a%22,%22b%22]', embed: '{%22hcap:k%22:{%22x%22:1}}', aud: '[%22x%22]' },
    ],
    [
      'booleans and numbers of custom claims as they are',
      { exp: 5, beta: true, level: 3 },
      ['exp', 'beta', 'level'],
      { exp: 5, beta: true, level: 3 },
    ],
    [
      'never what a REST API would answer with 500',
      { exp: 5, none: null, infinite: Number.POSITIVE_INFINITY },
      ['exp', 'none', 'infinite', 'absent'],
      { exp: 5 },
    ],
    [
      'never pay, a key or a name with a meaning of its own',
      {
        exp: 5,
        pay: 'p',
        ipk: 'k',
        principalId: 'p',
        integrationLatency: 1,
        mode: 'm',
        verdict: 'v',
        binding: 'b',
      },
      ['exp', 'pay', 'ipk', 'principalId', 'integrationLatency', 'mode', 'verdict', 'binding'],
      { exp: 5 },
    ],
    ['nothing inherited', { exp: 5 }, ['exp', 'toString', 'constructor', '__proto__'], { exp: 5 }],
    [
      'the longest claims are left out first',
      { exp: 5, sub: 's'.repeat(3000), did: 'd'.repeat(2000), arc: 'a' },
      ['exp', 'sub', 'did', 'arc'],
      { exp: 5, did: 'd'.repeat(2000), arc: 'a', omitted: 'sub' },
    ],
    [
      'as many as it takes',
      { exp: 5, sub: 's'.repeat(3000), did: 'd'.repeat(5000), iss: 'é'.repeat(2100) },
      ['exp', 'sub', 'did', 'iss'],
      { exp: 5, sub: 's'.repeat(3000), omitted: 'did,iss' },
    ],
    [
      'not even the names of too many',
      {
        exp: 5,
        ...Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`claim-${i}-${'n'.repeat(100)}`, 'v'])),
      },
      ['exp', ...Array.from({ length: 50 }, (_, i) => `claim-${i}-${'n'.repeat(100)}`)],
      { exp: 5 },
    ],
  ];
  const reserved = [
    ...['lambda', 'jwt', 'iam', 'claims', 'scopes', 'usageIdentifierKey', 'user_sub', 'approov_did'],
    ...['integrationStatus', 'latency', 'requestId', 'status', 'error', 'contentDigest', 'messageSignature'],
    ...['messageSignatureReason', 'reason', 'omitted'],
  ];
  for (const name of reserved) {
    test(`never a claim called ${name}`, () => {
      assert.ok(isReservedContextKey(name));
      assert.deepEqual(allowed({ exp: 5, [name]: 'x' }, ['exp', name]), {
        exp: 5,
        ...findings,
        mode: 'enforce',
      });
    });
  }

  for (const [name, claims, names, expected] of cases) {
    test(name, () => {
      const context = allowed(claims, names);
      assert.deepEqual(context, { ...findings, mode: 'enforce', ...expected });
      assert.ok(Buffer.byteLength(JSON.stringify(context)) <= largestContext);
    });
  }

  test('is whole up to the last byte that fits, and not one byte further', () => {
    const contextOf = (length: number) => allowed({ exp: 5, sub: 's'.repeat(length) }, ['exp', 'sub']);
    const room = largestContext - Buffer.byteLength(JSON.stringify(contextOf(0)));
    assert.equal(Buffer.byteLength(JSON.stringify(contextOf(room))), largestContext);
    assert.deepEqual(contextOf(room + 1), { exp: 5, ...findings, mode: 'enforce', omitted: 'sub' });
  });

  test('is what the checks found when no claim is to be handed on', () => {
    assert.deepEqual(allowed({ exp: 5 }, []), {
      ...findings,
      mode: 'enforce',
    });
  });

  test('leaves out a digest that is too long, as any other', () => {
    const contentDigest = 'd'.repeat(largestContext);
    assert.deepEqual(allowed({ exp: 5, arc: 'a' }, ['arc'], { ...findings, contentDigest }), {
      arc: 'a',
      ...findings,
      mode: 'enforce',
      omitted: 'contentDigest',
    });
  });

  test('names a digest that is left out even when the names of the claims are too many to list', () => {
    const names = Array.from({ length: 50 }, (_, i) => `claim-${i}-${'n'.repeat(100)}`);
    const claims = { exp: 5, ...Object.fromEntries(names.map((name) => [name, 'v'])) };
    assert.deepEqual(allowed(claims, names, { ...findings, contentDigest: 'sha-256=:x:' }), {
      ...findings,
      mode: 'enforce',
      omitted: 'contentDigest',
    });
  });

  test('hands on the digest that a signature covers', () => {
    const context = allowed({ exp: 5 }, ['exp'], {
      binding: 'verified',
      messageSignature: 'install',
      contentDigest: 'sha-256=:x:',
    });
    assert.deepEqual(context, {
      exp: 5,
      binding: 'verified',
      messageSignature: 'install',
      contentDigest: 'sha-256=:x:',
      mode: 'enforce',
    });
  });
});
