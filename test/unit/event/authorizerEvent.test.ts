import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { headerValues, indexHeaders, readHeaderFields } from '../../../src/event/headers.ts';
import { readAuthorizerEvent, readInvokeArn } from '../../../src/event/readEvent.ts';
import { arnOf } from '../../cases/eventOf.ts';

const isInvalidEvent = (error: unknown) => error instanceof Failure && error.code === 'event_invalid';
const arn = arnOf('/GET/items/1');

suite('header fields', () => {
  const header = (value: unknown) => ({ 'Approov-Token': value });
  type Row = [name: string, headers: unknown, multi: unknown, expected: readonly string[]];
  const cases: Row[] = [
    ['any casing of the name', { 'APPROOV-token': 'a' }, undefined, ['a']],
    ['no headers at all', null, null, []],
    ['a header without value', header(null), header(null), []],
    ['the same value in both maps once', header('a'), header(['a']), ['a']],
    ['every value of the list', header('b'), header(['a', 'b']), ['a', 'b']],
    ['the same value sent twice', header('a'), header(['a', 'a']), ['a', 'a']],
    ['two spellings of the name', undefined, { ...header(['a']), 'approov-token': ['b'] }, ['a', 'b']],
    ['a value that only one map has', { 'approov-token': 'b' }, header(['a']), ['a', 'b']],
    ['two spellings without lists', { A: '1', ...header('a'), 'approov-token': 'a' }, undefined, ['a', 'a']],
    [
      'a header that only the lists have, as of WebSockets',
      { A: '1' },
      { A: ['1'], ...header(['k']) },
      ['k'],
    ],
  ];
  for (const [name, headers, multi, expected] of cases) {
    test(name, () => {
      const fields = readHeaderFields(headers, multi);
      assert.deepEqual(headerValues(fields, 'Approov-Token'), expected);
      assert.deepEqual(indexHeaders(fields)('approov-token'), expected);
    });
  }

  const lists: Row[] = [
    ['cookies as one header', {}, ['a=1', 'b=2'], ['a=1; b=2']],
    ['one cookie', null, ['a=1'], ['a=1']],
    ['no cookies', {}, [], []],
    ['no list of cookies', { Cookie: 'a=1' }, null, ['a=1']],
    ['cookies and the same header', { cookie: 'a=1; b=2' }, ['a=1', 'b=2'], ['a=1; b=2']],
    ['cookies and another header', { Cookie: 'c=3' }, ['a=1'], ['a=1', 'c=3']],
  ];
  for (const [name, headers, cookies, expected] of lists) {
    test(name, () => {
      const fields = readHeaderFields(headers, undefined, cookies);
      assert.deepEqual(headerValues(fields, 'Cookie'), expected);
      assert.deepEqual(indexHeaders(fields)('cookie'), expected);
    });
  }

  const faults: [name: string, headers: unknown, multi?: unknown, cookies?: unknown][] = [
    ['headers that are a list', []],
    ['headers that are text', 'a'],
    ['a value that is a number', { a: 1 }],
    ['multiValueHeaders with text', {}, { a: 'a' }],
    ['multiValueHeaders with a list of numbers', {}, { a: [1] }],
    ...['a=1', [1], { a: '1' }, 1, true].map((cookies): (typeof faults)[0] => [
      `cookies of another type: ${JSON.stringify(cookies)}`,
      {},
      undefined,
      cookies,
    ]),
  ];
  for (const [name, headers, multi, cookies] of faults) {
    test(`are invalid with ${name}`, () =>
      assert.throws(() => readHeaderFields(headers, multi, cookies), isInvalidEvent));
  }
});

suite('invoke ARN', () => {
  const cases: [name: string, stageArn: string, rawSuffix: string][] = [
    ['REST method', arnOf(), '/GET/items/1'],
    ['HTTP API default stage', arnOf('', '$default'), '/POST/x'],
    ['WebSocket connect', arnOf('', 'production'), '/$connect'],
    ['China', 'arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/prod', '/GET/'],
    ['GovCloud without a path', 'arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc123/prod', ''],
    [
      'emulator with words as ids',
      'arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev',
      '/GET/hello',
    ],
    ['a path with line breaks', arnOf(), '/GET/items/1/a\nb'],
  ];
  for (const [name, stageArn, rawSuffix] of cases) {
    test(name, () => assert.deepEqual(readInvokeArn(stageArn + rawSuffix), { stageArn, rawSuffix }));
  }
  for (const bad of [
    undefined,
    '',
    'arn:aws:lambda:eu-west-1:1:function:x',
    'arn:aws:execute-api:eu-west-1:1:abc',
    arnOf('/GET/x', '*'),
    arn.replace('abc123', '*'),
    arnOf('/GET/x', 'p?d'),
    arn.replace('aws', 'evil'),
  ]) {
    test(`is invalid: ${JSON.stringify(bad)}`, () => assert.throws(() => readInvokeArn(bad), isInvalidEvent));
  }
});

suite('authorizer event', () => {
  const context = { stage: 'prod', apiId: 'abc123', requestId: 'r1', domainName: 'abc.example' };
  const restEvent = {
    type: 'REQUEST',
    methodArn: arn,
    resource: '/items/{id}',
    path: '/items/1',
    httpMethod: 'GET',
    headers: { 'Approov-Token': 't' },
    multiValueHeaders: { 'Approov-Token': ['t'] },
    multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
    requestContext: { ...context, path: '/prod/items/1' },
  };
  const http2 = { version: '2.0', type: 'REQUEST', routeArn: arn };
  const connect = { ...context, stage: 'production', routeKey: '$connect', eventType: 'CONNECT' };
  const facts = { requestId: 'r1', apiId: 'abc123', stage: 'prod' };
  const noFacts = { requestId: undefined, apiId: undefined, stage: undefined, route: undefined };
  const aboutItems = { ...facts, acceptsSimpleResponse: false, route: '/items/{id}' };
  const items = {
    method: 'GET',
    domainName: 'abc.example',
    path: '/prod/items/1',
    pathBelowBase: '/items/1',
  };
  const nowhere = { method: '', domainName: undefined, path: '/', pathBelowBase: '/' };
  const prodigy = { ...nowhere, path: '/prodigy', pathBelowBase: '/prodigy' };
  const pairs = [
    ['a', '1'],
    ['a', '2'],
    ['b', 'x y'],
  ];
  const none = { decoded: [] };
  const cases: [name: string, event: unknown, expected: object, target: object, query: object][] = [
    ['REST', restEvent, { ...aboutItems, apiType: 'rest' }, items, { decoded: pairs }],
    [
      'REST without a method',
      { type: 'REQUEST', methodArn: arn },
      { apiType: 'rest', route: undefined },
      nowhere,
      none,
    ],
    [
      'REST with single-value query and nothing else',
      {
        type: 'REQUEST',
        methodArn: arn,
        queryStringParameters: { a: '1' },
        requestContext: { httpMethod: 'PUT' },
      },
      { ...noFacts, apiType: 'rest', acceptsSimpleResponse: false },
      { ...nowhere, method: 'PUT' },
      { decoded: [['a', '1']] },
    ],
    [
      'HTTP API 1.0 takes the stage off the path',
      { ...restEvent, version: '1.0', path: '/prod/items/1', multiValueQueryStringParameters: { a: '1' } },
      { ...aboutItems, apiType: 'http' },
      items,
      none,
    ],
    [
      'HTTP API 2.0',
      {
        ...http2,
        routeKey: 'GET /items/{id}',
        rawPath: '/prod',
        rawQueryString: 'a=1&b=x%20y',
        headers: { 'approov-token': 't' },
        requestContext: { ...context, http: { method: 'GET', path: '/prod' } },
      },
      { ...facts, apiType: 'http', acceptsSimpleResponse: true, route: 'GET /items/{id}' },
      { ...items, path: '/prod', pathBelowBase: '/' },
      { raw: 'a=1&b=x%20y' },
    ],
    [
      'HTTP API 2.0 with almost no fields',
      http2,
      { ...noFacts, apiType: 'http', acceptsSimpleResponse: true },
      nowhere,
      { raw: '' },
    ],
    [
      'HTTP API 2.0, default stage, path of another prefix',
      { ...http2, rawPath: '/prodigy', requestContext: { stage: '$default' } },
      { apiType: 'http', stage: '$default' },
      prodigy,
      { raw: '' },
    ],
    [
      'HTTP API 2.0, path that only begins like the stage',
      { ...http2, requestContext: { stage: 'prod', http: { path: '/prodigy' } } },
      { apiType: 'http', stage: 'prod' },
      prodigy,
      { raw: '' },
    ],
    [
      'WebSocket connect',
      { type: 'REQUEST', methodArn: arnOf('/$connect', 'production'), requestContext: connect },
      {
        ...facts,
        stage: 'production',
        apiType: 'websocket',
        acceptsSimpleResponse: false,
        route: '$connect',
      },
      { ...items, path: '/production', pathBelowBase: '' },
      none,
    ],
    [
      'WebSocket recognised by its connection alone',
      { type: 'REQUEST', methodArn: arn, requestContext: { connectionId: 'c1' } },
      { apiType: 'websocket', route: undefined, stage: undefined },
      { ...nowhere, method: 'GET', pathBelowBase: '' },
      none,
    ],
  ];
  for (const [name, event, expected, target, query] of cases) {
    test(name, () => {
      const request = readAuthorizerEvent(event);
      assert.deepEqual({ ...request, ...expected }, request);
      const found = request.target();
      assert.deepEqual({ ...found, query: { ...found.query } }, { ...target, query });
    });
  }

  test('cookies count only in payload 2.0', () => {
    const cookies = ['a=1'];
    assert.deepEqual(
      headerValues(readAuthorizerEvent({ ...http2, headers: {}, cookies }).headers, 'cookie'),
      ['a=1'],
    );
    for (const event of [restEvent, { ...restEvent, version: '1.0' }]) {
      assert.deepEqual(headerValues(readAuthorizerEvent({ ...event, cookies }).headers, 'cookie'), []);
    }
  });

  const ofToken = { type: 'TOKEN', methodArn: arn, authorizationToken: 't' };
  const noRequest = /not that of a REQUEST authorizer/;
  const noArn = /not an execute-api ARN/;
  const faults: [name: string, event: unknown, message: RegExp][] = [
    ...[undefined, null, 'x', []].map((event): (typeof faults)[0] => [`${event}`, event, /not an object/]),
    ['an empty object', {}, noRequest],
    ['a backend event', { ...restEvent, type: undefined }, noRequest],
    ['a TOKEN event', ofToken, /configure the authorizer with type REQUEST/],
    ['no ARN', { ...restEvent, methodArn: undefined }, noArn],
    ['payload 2.0 with a method ARN', { ...restEvent, version: '2.0' }, noArn],
  ];
  for (const [name, event, message] of faults) {
    test(`is not an authorizer event: ${name}`, () => {
      assert.throws(
        () => readAuthorizerEvent(event),
        (error) => isInvalidEvent(error) && message.test((error as Error).message),
      );
    });
  }
});
