import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { eventOf } from '../../cases/eventOf.ts';
import handshake from '../../events/websocket-connect.json' with { type: 'json' };
import { harness, minted, now, verdictOf } from '../support/harness.ts';

const good = minted();
const expired = minted({ exp: now - 1 });
const inQuery = { APPROOV_TOKEN_QUERY_PARAMETER: 'approov_token' };

type Query = Record<string, string[]>;
type Texts = Record<string, string>;

/** A WebSocket handshake with these headers and query parameters. */
function handshakeWith(query: Query, headers: Texts = {}) {
  const last = Object.entries(query).map(([name, values]) => [name, values.at(-1)]);
  return {
    ...handshake,
    headers: { ...handshake.headers, ...headers },
    multiValueHeaders: {},
    queryStringParameters: Object.fromEntries(last),
    multiValueQueryStringParameters: query,
  };
}
const decided = async (event: object, variables: Texts = inQuery) =>
  verdictOf(await harness(variables).answer(event));

suite('the token in the query of a WebSocket handshake', () => {
  const query = { approov_token: [good] };
  const withPrefix = { ...inQuery, APPROOV_TOKEN_PREFIX: 'Bearer' };
  const cases: [name: string, query: Query, expected: string, headers?: Texts, variables?: Texts][] = [
    ['in its parameter', { a: ['1'], ...query }, 'allow'],
    ['with an empty header', query, 'allow', { 'Approov-Token': ' ' }],
    ['with a status', query, 'allow', { 'Approov-Status': 'no_network' }],
    ['with a token in the header, which alone counts', query, 'token_expired', { 'Approov-Token': expired }],
    ['expired', { approov_token: [expired] }, 'token_expired'],
    ['twice', { approov_token: [good, good] }, 'token_ambiguous'],
    ['with a comma', { approov_token: [`${good},`] }, 'token_ambiguous'],
    ['empty', { approov_token: [''] }, 'token_missing'],
    ['empty, with a status', { approov_token: [''] }, 'client_status', { 'Approov-Status': 'rejected' }],
    ['a status word', { approov_token: ['NO_NETWORK'] }, 'client_status'],
    ['in another parameter', { Approov_Token: [good] }, 'token_missing'],
    ['without the prefix that the header has', query, 'allow', {}, withPrefix],
    ['when no setting names a parameter', { ...query, undefined: [good] }, 'token_missing', {}, {}],
  ];
  for (const [name, given, expected, headers, variables] of cases) {
    test(`${name}: ${expected}`, async () => {
      assert.equal(await decided(handshakeWith(given, headers), variables), expected);
    });
  }

  test('counts on no other kind of API', async () => {
    const rest = { ...eventOf.rest([]), multiValueQueryStringParameters: query };
    const http = { ...eventOf.http([]), rawQueryString: `approov_token=${good}` };
    for (const event of [rest, http, { ...rest, version: '1.0' }]) {
      assert.equal(await decided(event), 'token_missing');
    }
  });

  test('is never logged', async () => {
    const { lines, answer } = harness({ ...inQuery, APPROOV_LOG_LEVEL: 'debug' });
    await answer(handshakeWith(query));
    assert.ok(!lines.join('').includes(good.slice(0, 20)));
  });
});
