import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { eventOf } from '../cases/eventOf.ts';
import { decisionOf, effectOf, harness } from './support/harness.ts';

interface Vector {
  readonly source: string;
  readonly note: string;
  readonly mode: string;
  readonly secret_base64: string;
  readonly headers: Record<string, string>;
  readonly binding_headers?: string[];
  /** where Approov's own servers differ */
  readonly policy?: string;
  /** why the published status is not that of a plain check of token and binding */
  readonly warning?: string;
  readonly expected_status: number | string | null;
}

const file = new URL('../../../shared/vectors/official.json', import.meta.url);
const vectors: Vector[] = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];

/** Requests that Approov publishes, with the status it expects. They are not part of this project. */
describe("Approov's published requests", {
  skip: vectors.length === 0 && 'the published vectors are not beside this checkout',
}, () => {
  const relevant = vectors.filter(({ mode }) => mode.startsWith('token'));
  it('are there', () => assert.ok(relevant.length > 100));
  relevant.forEach((vector, index) => {
    const expected = expectationOf(vector);
    const skip = notOurs(vector);
    it(`${index} ${vector.mode}: ${vector.note.slice(0, 120)}`, { skip }, async () => {
      for (const api of ['rest', 'http'] as const) {
        const headers = Object.entries(vector.headers).filter(([name]) => name !== '');
        const { answer } = harness(variablesOf(vector), async () => ({
          text: vector.secret_base64,
          versionId: 'v',
          createdAt: 0,
        }));
        const result = await answer(eventOf[api](headers));
        if (expected === 'allow') assert.equal(effectOf(result), 'Allow', decisionOf(result)?.reason);
        else assert.equal(result.error?.message, 'Unauthorized');
      }
    });
  });
});

function variablesOf({
  mode,
  policy,
  headers,
  binding_headers,
  expected_status,
}: Vector): Record<string, string> {
  const prefix = headers['Approov-Token']?.startsWith('Bearer ') ? { APPROOV_TOKEN_PREFIX: 'Bearer' } : {};
  if (mode === 'token') return prefix;
  const isOptional =
    mode.includes('pay optional') || (policy?.startsWith('pay missing') && expected_status === 200);
  return {
    ...prefix,
    APPROOV_BINDING_HEADERS: (binding_headers ?? ['Authorization']).join(','),
    APPROOV_BINDING: isOptional ? 'if-present' : 'required',
  };
}

/** Why a request says nothing about an authorizer, or false. */
function notOurs({ expected_status, headers, warning }: Vector): string | false {
  if (expected_status === null) return 'no status is published';
  if (expected_status === 200 && !headers['Approov-Token'] && !headers['approov-token']) {
    return 'a route that is not protected';
  }
  return warning ?? false;
}

function expectationOf({ expected_status: status }: Vector): 'allow' | 'refuse' {
  return /\b200\b/.test(String(status)) ? 'allow' : 'refuse';
}
