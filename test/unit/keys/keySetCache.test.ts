import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { FetchError } from '../../../src/errors.ts';
import { eventOf, sent } from '../../cases/eventOf.ts';
import { sourceOf, unavailable } from '../../support/secrets.ts';
import { decisionOf, harness, now, secret, verdictOf } from '../support/harness.ts';
import { jwks, publicJwk, testKeys } from './support/keys.ts';

const rsa = testKeys['RSA of 2048 bits'];
const newRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const uri = 'https://keys.example.com/jwks.json';
const claims = { exp: now + 1_000_000, did: 'd' };
const token = (kid: string, key = rsa.privateKey) =>
  mintToken({ claims, algorithm: 'RS256', key, header: { kid } });
const byNew = (kid: string) => token(kid, newRsa.privateKey);
const hs256 = mintToken({ claims, key: secret });

const oldSet = jwks(publicJwk(rsa, { kid: '7' }));
const newSet = jwks(publicJwk(rsa, { kid: '7' }), publicJwk(newRsa, { kid: '8' }));
const outage = new FetchError('GET', 'ENOTFOUND');

/** An authorizer that fetches `answer`, under a clock that the test moves. */
class Keysets {
  readonly time = { now };
  answer: string | Error | Promise<string>;
  readonly fetched: string[] = [];
  readonly #harness;

  constructor(
    variables: Record<string, string | undefined> = {},
    first: Keysets['answer'] = oldSet,
    { secretsFail = false } = {},
  ) {
    this.answer = first;
    const given = {
      APPROOV_SECRET_ID: undefined,
      APPROOV_ALGORITHMS: 'RS256',
      APPROOV_KEYSET_JWKS_URI: uri,
      ...variables,
    };
    this.#harness = harness(given, {
      source: secretsFail ? unavailable : sourceOf(secret),
      time: this.time,
      fetchKeySet: async (from) => {
        this.fetched.push(from);
        if (this.answer instanceof Error) throw this.answer;
        return this.answer;
      },
    });
  }

  /** Messages of the log that are not decisions, with their reasons. */
  get messages(): string[] {
    const lines = this.#harness.lines.map((line) => JSON.parse(line));
    return lines.flatMap(({ decision, message, reason }) =>
      decision ? [] : [reason ? `${message} (${reason})` : message],
    );
  }

  async decide(rawToken: string): Promise<string | undefined> {
    const answer = await this.#harness.answer(eventOf.rest(sent(rawToken)));
    const line = decisionOf(answer);
    assert.equal(
      line?.secretVersion,
      line?.decision === 'allow' && rawToken === hs256 ? 'current' : undefined,
    );
    // What runs in the background ends.
    await setImmediate();
    return line?.reason ?? line?.decision;
  }
}

suite('the life of a keyset', () => {
  test('it is fetched at the start, once for all that wait, and kept', async () => {
    const keysets = new Keysets();
    const decisions = await Promise.all(Array.from({ length: 10 }, () => keysets.decide(token('7'))));
    keysets.time.now += 3600;
    decisions.push(await keysets.decide(token('7')));
    assert.deepEqual(new Set(decisions), new Set(['allow']));
    assert.deepEqual(keysets.fetched, [uri]);
    assert.deepEqual(keysets.messages, ['keyset refreshed']);
  });

  test('an unknown kid fetches it afresh, so that a new key is known at once', async () => {
    const keysets = new Keysets();
    await keysets.decide(token('7'));
    keysets.answer = newSet;
    keysets.time.now += 1;
    const decisions = Array.from({ length: 10 }, () => keysets.decide(byNew('8')));
    assert.deepEqual(new Set(await Promise.all(decisions)), new Set(['allow']));
    assert.equal(keysets.fetched.length, 2);
  });

  /** After some seconds a token comes, with this decision and so many fetches so far; from then on another answer is fetched. */
  type Step = [wait: number, token: string, decision: string, fetches: number, answer?: Keysets['answer']];
  interface Life {
    readonly variables?: Record<string, string | undefined>;
    readonly first?: Keysets['answer'];
    readonly steps: Step[];
    readonly message?: string;
  }
  const ttl = { APPROOV_KEYSET_TTL_SECONDS: '60' };
  const withoutKid = mintToken({ claims, algorithm: 'RS256', key: rsa.privateKey });
  const failed = 'keyset fetch failed: keyset_unavailable: GET failed with ENOTFOUND (keyset_unavailable)';
  const unusable = (text: string): Life => ({
    variables: ttl,
    first: text,
    steps: [
      [0, token('7'), 'keyset_invalid', 1, oldSet],
      [1, token('7'), 'allow', 2, text],
      [61, token('7'), 'allow', 3],
      [0, token('7'), 'allow', 3],
    ],
    message: 'stale keyset in use (keyset_invalid)',
  });
  const lives: Record<string, Life> = {
    'past its time it is fetched again in the background; a mismatch fetches nothing': {
      variables: ttl,
      steps: [
        [0, token('7'), 'allow', 1, jwks(publicJwk(newRsa, { kid: '7' }))],
        [61, token('7'), 'allow', 2],
        [0, token('7'), 'signature_mismatch', 2],
        [0, byNew('7'), 'allow', 2],
      ],
    },
    'unknown kids fetch it at most once in 30 s': {
      steps: [
        [0, token('7'), 'allow', 1],
        ...[2, 2, 2, 3, 3, 3, 4].map(
          (fetches, index): Step => [index % 3 === 2 ? 28 : 1, token(`kid ${index}`), 'key_unknown', fetches],
        ),
      ],
    },
    'a token without kid fetches nothing': {
      steps: [
        [0, token('7'), 'allow', 1],
        [60, withoutKid, 'key_unknown', 1],
      ],
    },
    'while there is none, tokens are failures, and it is tried again after a doubling pause': {
      first: outage,
      steps: [
        [0, token('7'), 'keyset_unavailable', 1],
        [0, token('7'), 'keyset_unavailable', 1],
        [1, token('7'), 'keyset_unavailable', 2, oldSet],
        [1, token('7'), 'keyset_unavailable', 2],
        [1, token('7'), 'allow', 3],
      ],
      message: failed,
    },
    'while fetching fails, the last good one serves up to its age': {
      variables: { ...ttl, APPROOV_KEYSET_MAX_STALE_SECONDS: '3600' },
      steps: [
        [0, token('7'), 'allow', 1, outage],
        [61, token('7'), 'allow', 2],
        [3539, token('7'), 'allow', 3],
        [1, token('7'), 'keyset_unavailable', 3],
      ],
      message: 'stale keyset in use (keyset_unavailable)',
    },
    'an unknown kid while fetching fails is a failure: the key may be new': {
      steps: [
        [0, token('7'), 'allow', 1, outage],
        [1, byNew('8'), 'keyset_unavailable', 2],
        [0, byNew('8'), 'keyset_unavailable', 2],
        [0, token('7'), 'allow', 2, newSet],
        [30, byNew('8'), 'allow', 3],
      ],
    },
    'an empty set is a failure at the start, and never replaces a good one': unusable('{"keys":[]}'),
    'text that is not a set is a failure at the start, and never replaces a good one':
      unusable('<!doctype html>'),
    'a set of other keys is a failure at the start, and never replaces a good one': unusable(
      jwks(publicJwk(testKeys['P-256'], { kid: '7' })),
    ),
    'a set in the settings is never fetched': {
      variables: { APPROOV_KEYSET_JWKS_URI: undefined, APPROOV_KEYSET_JWKS: oldSet },
      steps: [
        [0, token('7'), 'allow', 0],
        [900_000, token('7'), 'allow', 0],
        [0, token('8'), 'key_unknown', 0],
      ],
    },
  };
  for (const [name, { variables, first, steps, message }] of Object.entries(lives)) {
    test(name, async () => {
      const keysets = new Keysets(variables, first);
      for (const [index, [wait, given, decision, fetches, answer]] of steps.entries()) {
        keysets.time.now += wait;
        assert.equal(await keysets.decide(given), decision, `step ${index}`);
        assert.equal(keysets.fetched.length, fetches, `fetches at step ${index}`);
        if (answer !== undefined) keysets.answer = answer;
      }
      assert.ok(message === undefined || keysets.messages.includes(message), keysets.messages.join());
    });
  }

  test('it is fetched over HTTPS when nothing else is given', async () => {
    const { answer } = harness({
      APPROOV_SECRET_ID: undefined,
      APPROOV_ALGORITHMS: 'RS256',
      APPROOV_KEYSET_JWKS_URI: 'https://127.0.0.1:1/',
    });
    // Unit tests cannot connect.
    const line = decisionOf(await answer(eventOf.rest(sent(token('7')))));
    assert.deepEqual(
      [line?.decision, line?.reason, line?.message],
      ['error', 'keyset_unavailable', 'keyset_unavailable: GET failed with Error'],
    );
  });
});

suite('a token that a key of a keyset verified before', () => {
  test('is not verified again while the set stays the same, and is after it changed', async (context) => {
    const verify = context.mock.method(crypto.subtle, 'verify');
    const keysets = new Keysets({ APPROOV_KEYSET_TTL_SECONDS: '60' });
    for (const expected of [1, 1]) {
      assert.equal(await keysets.decide(token('7')), 'allow');
      assert.equal(verify.mock.callCount(), expected);
    }
    keysets.time.now += 61;
    await keysets.decide(token('7'));
    assert.equal(await keysets.decide(token('7')), 'allow');
    assert.deepEqual([keysets.fetched.length, verify.mock.callCount()], [2, 1], 'the same set');
    keysets.time.now += 61;
    keysets.answer = newSet;
    await keysets.decide(token('7'));
    assert.equal(await keysets.decide(token('7')), 'allow');
    assert.deepEqual([keysets.fetched.length, verify.mock.callCount()], [3, 2], 'another set');
  });
});

suite('secret and keyset together', () => {
  const both = { APPROOV_SECRET_ID: 's', APPROOV_ALGORITHMS: 'HS256,RS256' };

  test('an outage of the keyset leaves the secret serving', async () => {
    const keysets = new Keysets(both, outage);
    assert.equal(await keysets.decide(token('7')), 'keyset_unavailable');
    assert.equal(await keysets.decide(hs256), 'allow');
  });

  test('an outage of Secrets Manager leaves the keyset serving', async () => {
    const keysets = new Keysets(both, oldSet, { secretsFail: true });
    assert.equal(await keysets.decide(hs256), 'secret_unavailable');
    assert.equal(await keysets.decide(token('7')), 'allow');
  });

  test('a keyset that hangs keeps no HS256 token waiting', async () => {
    const keysets = new Keysets(both, new Promise<string>(() => {}));
    assert.equal(await keysets.decide(hs256), 'allow');
  });

  test('without HS256 no secret is ever asked for', async () => {
    const { answer } = harness(
      { APPROOV_SECRET_ID: undefined, APPROOV_ALGORITHMS: 'RS256', APPROOV_KEYSET_JWKS: oldSet },
      { source: () => assert.fail('Secrets Manager was called') },
    );
    assert.equal(verdictOf(await answer(eventOf.rest(sent(token('7'))))), 'allow');
    assert.equal(verdictOf(await answer(eventOf.rest(sent(hs256)))), 'algorithm_not_allowed');
  });
});
