import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { verifyContentDigest } from '../../../src/backend/contentDigest.ts';
import type { ApproovContext } from '../../../src/backend.ts';
import type { ApproovClaims } from '../../../src/token/claims.ts';
import { keysOf, outcome, type Sent, verify } from './support/signing.ts';

interface Vector {
  readonly source: string;
  readonly note: string;
  readonly mode: string;
  readonly method: string;
  readonly url: string;
  readonly body?: string;
  readonly headers: Record<string, string>;
  readonly computed: { readonly payload: ApproovClaims };
  readonly account_key_base64?: string;
  readonly expected_status: number | string;
}

const file = new URL('../../../../shared/vectors/official.json', import.meta.url);
const vectors: Vector[] = existsSync(file)
  ? JSON.parse(readFileSync(file, 'utf8')).filter(({ mode }: Vector) => mode === 'message-signing')
  : [];
const modes = ['install', 'account'] as const;
const apis = ['rest', 'http1', 'http2'] as const;

/** Requests that Approov publishes, or that were made after its clients. They are not part of this project. */
describe("Approov's published signed requests", {
  skip: vectors.length === 0 && 'the published vectors are not beside this checkout',
}, () => {
  it('are there', () => assert.equal(vectors.length, 9));

  for (const [index, vector] of vectors.entries()) {
    const signed = modes.filter((mode) => vector.headers[inputName(vector)]?.includes(`${mode}=`));
    for (const mode of signed) {
      for (const api of apis) {
        it(`${index} ${mode} on ${api}: ${vector.source}`, async () => {
          const isTampered = mode === 'account' && vector.source.includes('account tampered');
          const expected = isTampered ? 'message_signature_mismatch' : mode;
          assert.equal(await outcome(sentOf(vector, api), givenOf(vector, mode)), expected);
        });
      }
    }

    it(`${index} is stale by the default age`, async () => {
      const given = givenOf(vector, signed[0] ?? 'install');
      const settings = { ...given.settings, signatureMaxAgeSeconds: 60 };
      assert.equal(await outcome(sentOf(vector, 'rest'), { ...given, settings }), 'message_signature_stale');
    });

    it(`${index} with another method`, async () => {
      const given = givenOf(vector, signed[0] ?? 'install');
      assert.equal(
        await outcome({ ...sentOf(vector, 'rest'), method: 'PUT' }, given),
        'message_signature_mismatch',
      );
    });

    if (vector.body === undefined) continue;
    it(`${index} gives the digest that its body has`, async () => {
      const { contentDigest } = await verify(sentOf(vector, 'rest'), givenOf(vector, 'install'));
      const context = { contentDigest } as ApproovContext;
      assert.equal(verifyContentDigest({ body: vector.body }, context), 'verified');
      assert.equal(verifyContentDigest({ body: `${vector.body} ` }, context), 'mismatched');
    });
  }
});

function inputName({ headers }: Vector): string {
  return Object.keys(headers).find((name) => name.toLowerCase() === 'signature-input') ?? '';
}

function sentOf({ method, url, headers }: Vector, api: (typeof apis)[number]): Sent {
  const { pathname, search, searchParams } = new URL(url);
  return {
    api,
    method,
    path: pathname,
    rawQuery: search.slice(1),
    query: Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)])),
    headers: Object.entries(headers),
  };
}

/** They were made long ago, for servers without a greatest age, and cover no more than their headers say. */
function givenOf(vector: Vector, mode: 'install' | 'account') {
  const key = vector.account_key_base64;
  return {
    settings: {
      messageSigning: mode,
      publicOrigin: new URL(vector.url).origin,
      signatureComponents: ['@method', 'approov-token'],
      signatureMaxAgeSeconds: 1e9,
    },
    claims: { ...vector.computed.payload, mskid: 'not in the published tokens' },
    ...(key && { accountKeys: keysOf(key) }),
  };
}
