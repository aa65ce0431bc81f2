/**
 * Benchmark of the worst case: no request costs more than forty ordinary ones. `npx node --test
 * test/bench/worstRequests.test.ts` shows what each costs.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../infra/tools/approov/sign.ts';
import { sourceOf } from '../support/secrets.ts';
import { harness, now, secret } from '../unit/support/harness.ts';
import { apis, bytesOf, eventOf, mostBytes, type Wire, withoutToken, withToken } from './worstRequests.ts';

const mostTimes = 40;
const rounds = 15;

const { installKey, ipk } = newInstallKey();
const accountKey = randomBytes(64);
const token = mintToken({ claims: { exp: now + 300, ipk, mskid: 'key-1' }, key: secret });
const forger = randomBytes(64);
const forge = (claims: string) => mintToken({ claims, key: forger });
const signedHeaders = { 'Approov-Token': token };
const signature = signRequest(
  { method: 'GET', url: 'https://api.example.com/hello', headers: signedHeaders },
  { installKey, accountKey, created: now },
);
const ordinary: Wire = { headers: Object.entries({ ...signedHeaders, ...signature }) };

const modes: Record<string, { variables: Record<string, string>; requests: Record<string, Wire> }> = {
  off: { variables: {}, requests: {} },
  install: {
    variables: { APPROOV_MESSAGE_SIGNING: 'install' },
    requests: withToken(token, 'install', now),
  },
  account: {
    variables: { APPROOV_MESSAGE_SIGNING: 'account', APPROOV_ACCOUNT_KEY_ID: 'account' },
    requests: withToken(token, 'account', now),
  },
};

for (const [mode, { variables, requests }] of Object.entries(modes)) {
  suite(`the worst requests, message signing ${mode}`, () => {
    const { answer } = harness(
      { ...variables, APPROOV_LOG_LEVEL: 'silent' },
      { accountSource: sourceOf(accountKey) },
    );
    const timeOf = async (event: unknown) => {
      const start = performance.now();
      await answer(event);
      return performance.now() - start;
    };

    for (const api of apis) {
      const usual = eventOf(api, ordinary);
      test(`an ordinary request is allowed, on ${api}`, async () => {
        assert.equal((await answer(usual)).error, undefined);
        // Warm up, so that compiled code is measured.
        for (let run = 0; run < 300; run += 1) await answer(usual);
      });

      const all = Object.entries({ ...requests, ...withoutToken(forge) });
      for (const [name, request] of all) {
        test(`${name}, on ${api}`, async (context) => {
          const bytes = bytesOf(request);
          assert.ok(bytes <= mostBytes);
          const event = eventOf(api, request);
          let times = Number.POSITIVE_INFINITY;
          // Under load even a median can be wrong, so there are three attempts.
          for (let attempt = 0; attempt < 3 && times > mostTimes; attempt += 1) {
            const costly: number[] = [];
            const cheap: number[] = [];
            // Interleaved, so that other processes slow both down alike.
            for (let round = 0; round < rounds; round += 1) {
              costly.push(await timeOf(event));
              cheap.push(await timeOf(usual));
            }
            times = median(costly) / median(cheap);
            context.diagnostic(`${times.toFixed(1)} times, ${median(costly).toFixed(2)} ms, ${bytes} bytes`);
          }
          assert.ok(times <= mostTimes, `${times.toFixed(1)} times an ordinary request`);
        });
      }
    }
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}
