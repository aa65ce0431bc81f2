import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import { eventOf } from '../../cases/eventOf.ts';
import handshake from '../../events/websocket-connect.json' with { type: 'json' };
import { decisionOf, harness, now, secret } from '../support/harness.ts';

const good = mintToken({ claims: { exp: now + 300 }, key: secret });
const expired = mintToken({ claims: { exp: now - 1 }, key: secret });
const inQuery = { APPROOV_TOKEN_QUERY_PARAMETER: 'approov_token' };

type Query = Record<string, string[]>;

/** A WebSocket handshake with these headers and query parameters. */
function handshakeWith(query: Query, headers: Record<string, string> = {}) {
  const last = Object.entries(query).map(([name, values]) => [name, values.at(-1)]);
  return {
    ...handshake,
    headers: { ...handshake.headers, ...headers },
    multiValueHeaders: {},
    queryStringParameters: Object.fromEntries(last),
    multiValueQueryStringParameters: query,
  };
}

async function decided(event: object, variables: Record<string, string> = inQuery) {
  const line = decisionOf(await harness(variables).answer(event));
  return line?.reason ?? line?.decision;
}

suite('the token in the query of a WebSocket handshake', () => {
  const cases: {
    name: string;
    query: Query;
    headers?: Record<string, string>;
    variables?: Record<string, string>;
    expected: string;
  }[] = [
    { name: 'in its parameter', query: { a: ['1'], approov_token: [good] }, expected: 'allow' },
    {
      name: 'beside an empty header',
      query: { approov_token: [good] },
      headers: { 'Approov-Token': ' ' },
      expected: 'allow',
    },
    {
      name: 'beside a status',
      query: { approov_token: [good] },
      headers: { 'Approov-Status': 'no_network' },
      expected: 'allow',
    },
    {
      name: 'beside a token in the header, which alone counts',
      query: { approov_token: [good] },
      headers: { 'Approov-Token': expired },
      expected: 'token_expired',
    },
    { name: 'expired', query: { approov_token: [expired] }, expected: 'token_expired' },
    { name: 'twice', query: { approov_token: [good, good] }, expected: 'token_ambiguous' },
    { name: 'with a comma', query: { approov_token: [`${good},`] }, expected: 'token_ambiguous' },
    { name: 'empty', query: { approov_token: [''] }, expected: 'token_missing' },
    {
      name: 'empty, beside a status',
      query: { approov_token: [''] },
      headers: { 'Approov-Status': 'rejected' },
      expected: 'client_status',
    },
    { name: 'a status word', query: { approov_token: ['NO_NETWORK'] }, expected: 'client_status' },
    { name: 'in another parameter', query: { Approov_Token: [good] }, expected: 'token_missing' },
    {
      name: 'without the prefix that the header has',
      query: { approov_token: [good] },
      variables: { ...inQuery, APPROOV_TOKEN_PREFIX: 'Bearer' },
      expected: 'allow',
    },
    {
      name: 'when no setting names a parameter',
      query: { approov_token: [good], undefined: [good] },
      variables: {},
      expected: 'token_missing',
    },
  ];
  for (const { name, query, headers, variables, expected } of cases) {
    test(`${name}: ${expected}`, async () => {
      assert.equal(await decided(handshakeWith(query, headers), variables), expected);
    });
  }

  test('counts on no other kind of API', async () => {
    const query = { approov_token: [good] };
    const rest = { ...eventOf.rest([]), multiValueQueryStringParameters: query };
    const http = { ...eventOf.http([]), rawQueryString: `approov_token=${good}` };
    const http1 = { ...eventOf.rest([]), version: '1.0', multiValueQueryStringParameters: query };
    for (const event of [rest, http, http1]) assert.equal(await decided(event), 'token_missing');
  });

  test('is never logged', async () => {
    const { lines, answer } = harness({ ...inQuery, APPROOV_LOG_LEVEL: 'debug' });
    await answer(handshakeWith({ approov_token: [good] }));
    assert.ok(!lines.join('').includes(good.slice(0, 20)));
  });
});
