import assert from 'node:assert/strict';
import dns from 'node:dns';
import { constants } from 'node:os';
import { suite, test } from 'node:test';
import * as secretsManager from '@aws-sdk/client-secrets-manager';
import { FetchError } from '../../src/errors.ts';
import { Fetcher } from '../../src/keys/fetcher.ts';
import { read } from './markdown.ts';

const page = read('docs/operations.md');

/** Errors that every service of AWS can give. @see https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html */
const commonErrors = ['AccessDeniedException', 'InvalidSignatureException', 'ThrottlingException'];
const sources = ['src/aws/client.ts', 'src/aws/secretsManagerSource.ts', 'src/aws/getSecretValue.ts'];
const ownErrors = [...sources, 'src/aws/secretsManagerEndpoint.ts']
  .flatMap((path) => [...read(path).matchAll(/(?:name: |FetchError\('GetSecretValue', )'([A-Z]\w+)'/g)])
  .map(([, name]) => name);

/** Rows of the table below a heading, as cells. */
function rowsBelow(heading: string): string[][] {
  const [, section = ''] = page.split(`\n### ${heading}\n`);
  const [table = ''] = /(?:^\|.*\n)+/m.exec(section) ?? [];
  const rows = table.trim().split('\n').slice(2);
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

suite('docs/operations.md', () => {
  test('every error of secret_unavailable exists, and every error of this project is there', () => {
    const cells = rowsBelow("`secret_unavailable`, by the error's name")
      .map(([cell]) => cell)
      .join();
    const named = [...cells.matchAll(/`(\w+)(…?)`/g)];
    const exists = (name: string) =>
      [...commonErrors, ...ownErrors, 'TimeoutError', dns.NOTFOUND].includes(name) ||
      name in constants.errno ||
      name in secretsManager;
    const invented = named.filter(([, name, more]) => more === '' && !exists(name as string));
    assert.deepEqual(
      invented.map(([, name]) => name),
      [],
    );
    assert.deepEqual(
      [...commonErrors, ...ownErrors, 'ResourceNotFoundException', 'DecryptionFailure'].filter(
        (name) => !cells.includes(`\`${name}\``),
      ),
      [],
    );
  });

  test('recovery takes what the table says', async () => {
    for (const [lasts = '', half, all] of rowsBelow('How long recovery takes')) {
      const [, count, unit] = /^(\d+) (s|minutes?)$/.exec(lasts) ?? assert.fail(lasts);
      const taken = await recoveries(Number(count) * (unit === 's' ? 1000 : 60_000), 1000);
      const seconds = (index: number) => `${Math.round((taken[index] as number) / 1000)} s`;
      assert.deepEqual([half, all], [seconds(499), seconds(999)], lasts);
    }
  });
});

/** Milliseconds from the end of an outage to the first good answer, of environments that it began with, in order. */
async function recoveries(outage: number, environments: number): Promise<number[]> {
  let seed = 1;
  const random = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const one = async () => {
    let now = 0;
    const clocks = { wall: () => now, steady: () => now };
    const source = {
      call: 'GetSecretValue',
      timeout: 2000,
      fetch: async () => (now < outage ? Promise.reject(new FetchError('GetSecretValue', 'down')) : 'secret'),
    };
    const fetcher = new Fetcher(source, async (text: string) => text, {
      clocks,
      random,
      codes: { unavailable: 'secret_unavailable', invalid: 'secret_invalid' },
      observer: { fetched: () => undefined, fetchFailed: () => undefined },
    });
    for (; ; now += 100) {
      // Between the calls a request gets the failure of the last one at once.
      if (fetcher.mayStart && (await fetcher.fetch().catch(() => undefined)) !== undefined)
        return now - outage;
    }
  };
  const taken = await Promise.all(Array.from({ length: environments }, one));
  return taken.sort((a, b) => a - b);
}
