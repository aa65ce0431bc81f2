import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { readEvent } from '../../../src/event/authorizerEvent.ts';
import { headerValues, indexHeaders, readHeaderFields } from '../../../src/event/headers.ts';
import { readInvokeArn } from '../../../src/event/invokeArn.ts';

const isInvalidEvent = (error: unknown) => error instanceof Failure && error.code === 'event_invalid';
const arn = 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod/GET/items/1';

describe('header fields', () => {
  const cases: { name: string; headers: unknown; multi: unknown; expected: readonly string[] }[] = [
    { name: 'any casing of the name', headers: { 'APPROOV-token': 'a' }, multi: undefined, expected: ['a'] },
    { name: 'no headers at all', headers: null, multi: null, expected: [] },
    {
      name: 'a header without value',
      headers: { 'approov-token': null },
      multi: { 'approov-token': null },
      expected: [],
    },
    {
      name: 'the same value in both maps once',
      headers: { 'Approov-Token': 'a' },
      multi: { 'Approov-Token': ['a'] },
      expected: ['a'],
    },
    {
      name: 'every value of the list',
      headers: { 'Approov-Token': 'b' },
      multi: { 'Approov-Token': ['a', 'b'] },
      expected: ['a', 'b'],
    },
    {
      name: 'the same value sent twice',
      headers: { 'Approov-Token': 'a' },
      multi: { 'Approov-Token': ['a', 'a'] },
      expected: ['a', 'a'],
    },
    {
      name: 'two spellings of the name',
      headers: undefined,
      multi: { 'Approov-Token': ['a'], 'approov-token': ['b'] },
      expected: ['a', 'b'],
    },
    {
      name: 'a value that only one map has',
      headers: { 'approov-token': 'b' },
      multi: { 'Approov-Token': ['a'] },
      expected: ['a', 'b'],
    },
    {
      name: 'two spellings without lists',
      headers: { A: '1', 'Approov-Token': 'a', 'approov-token': 'a' },
      multi: undefined,
      expected: ['a', 'a'],
    },
  ];
  for (const { name, headers, multi, expected } of cases) {
    it(name, () => {
      const fields = readHeaderFields(headers, multi);
      assert.deepEqual(headerValues(fields, 'Approov-Token'), expected);
      assert.deepEqual(indexHeaders(fields)('approov-token'), expected);
    });
  }

  const cookies: { name: string; headers: unknown; cookies: unknown; expected: readonly string[] }[] = [
    {
      name: 'cookies as one header',
      headers: {},
      cookies: ['a=1', 'b=2'],
      expected: ['a=1; b=2'],
    },
    { name: 'one cookie', headers: null, cookies: ['a=1'], expected: ['a=1'] },
    { name: 'no cookies', headers: {}, cookies: [], expected: [] },
    { name: 'no list of cookies', headers: { Cookie: 'a=1' }, cookies: null, expected: ['a=1'] },
    {
      name: 'cookies and the same header',
      headers: { cookie: 'a=1; b=2' },
      cookies: ['a=1', 'b=2'],
      expected: ['a=1; b=2'],
    },
    {
      name: 'cookies and another header',
      headers: { Cookie: 'c=3' },
      cookies: ['a=1'],
      expected: ['a=1', 'c=3'],
    },
  ];
  for (const { name, headers, cookies: listed, expected } of cookies) {
    it(name, () => {
      const fields = readHeaderFields(headers, undefined, listed);
      assert.deepEqual(headerValues(fields, 'Cookie'), expected);
      assert.deepEqual(indexHeaders(fields)('cookie'), expected);
    });
  }
  for (const bad of ['a=1', [1], { a: '1' }, 1, true]) {
    it(`cookies of another type are invalid: ${JSON.stringify(bad)}`, () =>
      assert.throws(() => readHeaderFields({}, undefined, bad), isInvalidEvent));
  }
  it('a header that only the lists have, as WebSocket events give Sec-WebSocket-Key', () => {
    const fields = readHeaderFields(
      { Upgrade: 'websocket' },
      { Upgrade: ['websocket'], 'Sec-WebSocket-Key': ['k'] },
    );
    assert.deepEqual(headerValues(fields, 'sec-websocket-key'), ['k']);
    assert.deepEqual(indexHeaders(fields)('sec-websocket-key'), ['k']);
  });

  const faults: { name: string; headers: unknown; multi: unknown }[] = [
    { name: 'headers that are a list', headers: [], multi: undefined },
    { name: 'headers that are text', headers: 'a', multi: undefined },
    { name: 'a value that is a number', headers: { a: 1 }, multi: undefined },
    { name: 'multiValueHeaders with text', headers: {}, multi: { a: 'a' } },
    { name: 'multiValueHeaders with a list of numbers', headers: {}, multi: { a: [1] } },
  ];
  for (const { name, headers, multi } of faults) {
    it(`are invalid with ${name}`, () =>
      assert.throws(() => readHeaderFields(headers, multi), isInvalidEvent));
  }
});

describe('invoke ARN', () => {
  const cases: { name: string; arn: string; stageArn: string; rawSuffix: string }[] = [
    {
      name: 'REST method',
      arn,
      stageArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod',
      rawSuffix: '/GET/items/1',
    },
    {
      name: 'HTTP API default stage',
      arn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default/POST/x',
      stageArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/$default',
      rawSuffix: '/POST/x',
    },
    {
      name: 'WebSocket connect',
      arn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/production/$connect',
      stageArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/production',
      rawSuffix: '/$connect',
    },
    {
      name: 'China',
      arn: 'arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/prod/GET/',
      stageArn: 'arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/prod',
      rawSuffix: '/GET/',
    },
    {
      name: 'GovCloud without a path',
      arn: 'arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc123/prod',
      stageArn: 'arn:aws-us-gov:execute-api:us-gov-west-1:123456789012:abc123/prod',
      rawSuffix: '',
    },
    {
      name: 'emulator with words as ids',
      arn: 'arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev/GET/hello',
      stageArn: 'arn:aws:execute-api:us-east-1:random-account-id:random-api-id/dev',
      rawSuffix: '/GET/hello',
    },
    {
      name: 'a path with line breaks',
      arn: `${arn}/a\nb`,
      stageArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/prod',
      rawSuffix: '/GET/items/1/a\nb',
    },
  ];
  for (const { name, arn, stageArn, rawSuffix } of cases) {
    it(name, () => assert.deepEqual(readInvokeArn(arn), { stageArn, rawSuffix }));
  }
  for (const bad of [
    undefined,
    '',
    'arn:aws:lambda:eu-west-1:1:function:x',
    'arn:aws:execute-api:eu-west-1:1:abc',
    `${arn.replace('prod', '*')}`,
    arn.replace('abc123', '*'),
    arn.replace('prod', 'p?d'),
    arn.replace('aws', 'evil'),
  ]) {
    it(`is invalid: ${JSON.stringify(bad)}`, () => assert.throws(() => readInvokeArn(bad), isInvalidEvent));
  }
});

describe('authorizer event', () => {
  const restEvent = {
    type: 'REQUEST',
    methodArn: arn,
    resource: '/items/{id}',
    path: '/items/1',
    httpMethod: 'GET',
    headers: { 'Approov-Token': 't' },
    multiValueHeaders: { 'Approov-Token': ['t'] },
    multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
    requestContext: {
      path: '/prod/items/1',
      stage: 'prod',
      apiId: 'abc123',
      requestId: 'r1',
      domainName: 'abc.example',
    },
  };
  const cases: {
    name: string;
    event: unknown;
    expected: Record<string, unknown>;
    target: Record<string, unknown>;
  }[] = [
    {
      name: 'REST',
      event: restEvent,
      expected: {
        apiType: 'rest',
        acceptsSimpleResponse: false,
        route: '/items/{id}',
        requestId: 'r1',
        apiId: 'abc123',
        stage: 'prod',
      },
      target: {
        method: 'GET',
        domainName: 'abc.example',
        path: '/prod/items/1',
        pathBelowBase: '/items/1',
        query: {
          decoded: [
            ['a', '1'],
            ['a', '2'],
            ['b', 'x y'],
          ],
        },
      },
    },
    {
      name: 'REST without a method',
      event: { type: 'REQUEST', methodArn: arn },
      expected: { apiType: 'rest', route: undefined },
      target: { method: '', domainName: undefined, path: '/', pathBelowBase: '/', query: { decoded: [] } },
    },
    {
      name: 'REST with single-value query and nothing else',
      event: {
        type: 'REQUEST',
        methodArn: arn,
        queryStringParameters: { a: '1' },
        requestContext: { httpMethod: 'PUT' },
      },
      expected: {
        apiType: 'rest',
        acceptsSimpleResponse: false,
        route: undefined,
        requestId: undefined,
        apiId: undefined,
        stage: undefined,
      },
      target: {
        method: 'PUT',
        domainName: undefined,
        path: '/',
        pathBelowBase: '/',
        query: { decoded: [['a', '1']] },
      },
    },
    {
      name: 'HTTP API 1.0 takes the stage off the path',
      event: {
        ...restEvent,
        version: '1.0',
        path: '/prod/items/1',
        multiValueQueryStringParameters: { a: '1' },
      },
      expected: {
        apiType: 'http',
        acceptsSimpleResponse: false,
        route: '/items/{id}',
        requestId: 'r1',
        apiId: 'abc123',
        stage: 'prod',
      },
      target: {
        method: 'GET',
        domainName: 'abc.example',
        path: '/prod/items/1',
        pathBelowBase: '/items/1',
        query: { decoded: [] },
      },
    },
    {
      name: 'HTTP API 2.0',
      event: {
        version: '2.0',
        type: 'REQUEST',
        routeArn: arn,
        routeKey: 'GET /items/{id}',
        rawPath: '/prod',
        rawQueryString: 'a=1&b=x%20y',
        headers: { 'approov-token': 't' },
        requestContext: {
          stage: 'prod',
          apiId: 'abc123',
          requestId: 'r2',
          domainName: 'abc.example',
          http: { method: 'GET', path: '/prod' },
        },
      },
      expected: {
        apiType: 'http',
        acceptsSimpleResponse: true,
        route: 'GET /items/{id}',
        requestId: 'r2',
        apiId: 'abc123',
        stage: 'prod',
      },
      target: {
        method: 'GET',
        domainName: 'abc.example',
        path: '/prod',
        pathBelowBase: '/',
        query: { raw: 'a=1&b=x%20y' },
      },
    },
    {
      name: 'HTTP API 2.0 with almost no fields',
      event: { version: '2.0', type: 'REQUEST', routeArn: arn },
      expected: {
        apiType: 'http',
        acceptsSimpleResponse: true,
        route: undefined,
        requestId: undefined,
        apiId: undefined,
        stage: undefined,
      },
      target: { method: '', domainName: undefined, path: '/', pathBelowBase: '/', query: { raw: '' } },
    },
    {
      name: 'HTTP API 2.0, default stage, path of another prefix',
      event: {
        version: '2.0',
        type: 'REQUEST',
        routeArn: arn,
        rawPath: '/prodigy',
        requestContext: { stage: '$default' },
      },
      expected: { apiType: 'http', stage: '$default' },
      target: {
        method: '',
        domainName: undefined,
        path: '/prodigy',
        pathBelowBase: '/prodigy',
        query: { raw: '' },
      },
    },
    {
      name: 'HTTP API 2.0, path that only begins like the stage',
      event: {
        version: '2.0',
        type: 'REQUEST',
        routeArn: arn,
        requestContext: { stage: 'prod', http: { path: '/prodigy' } },
      },
      expected: { apiType: 'http', stage: 'prod' },
      target: {
        method: '',
        domainName: undefined,
        path: '/prodigy',
        pathBelowBase: '/prodigy',
        query: { raw: '' },
      },
    },
    {
      name: 'WebSocket connect',
      event: {
        type: 'REQUEST',
        methodArn: 'arn:aws:execute-api:eu-west-1:123456789012:abc123/production/$connect',
        headers: { 'Approov-Token': 't' },
        requestContext: {
          routeKey: '$connect',
          eventType: 'CONNECT',
          stage: 'production',
          apiId: 'abc123',
          requestId: 'r3',
          domainName: 'ws.example',
        },
      },
      expected: {
        apiType: 'websocket',
        acceptsSimpleResponse: false,
        route: '$connect',
        requestId: 'r3',
        apiId: 'abc123',
        stage: 'production',
      },
      target: {
        method: 'GET',
        domainName: 'ws.example',
        path: '/production',
        pathBelowBase: '',
        query: { decoded: [] },
      },
    },
    {
      name: 'WebSocket recognised by its connection alone',
      event: { type: 'REQUEST', methodArn: arn, requestContext: { connectionId: 'c1' } },
      expected: { apiType: 'websocket', route: undefined, stage: undefined },
      target: { method: 'GET', domainName: undefined, path: '/', pathBelowBase: '', query: { decoded: [] } },
    },
  ];
  for (const { name, event, expected, target } of cases) {
    it(name, () => {
      const request = readEvent(event);
      assert.deepEqual({ ...request, ...expected }, request);
      assert.deepEqual({ ...request.target(), query: { ...request.target().query } }, target);
    });
  }

  it('cookies count only in payload 2.0', () => {
    const cookies = ['a=1'];
    const payload2 = { version: '2.0', type: 'REQUEST', routeArn: arn, headers: {}, cookies };
    assert.deepEqual(headerValues(readEvent(payload2).headers, 'cookie'), ['a=1']);
    for (const event of [restEvent, { ...restEvent, version: '1.0' }]) {
      assert.deepEqual(headerValues(readEvent({ ...event, cookies }).headers, 'cookie'), []);
    }
  });

  const faults: { name: string; event: unknown; message: RegExp }[] = [
    { name: 'nothing', event: undefined, message: /not an object/ },
    { name: 'null', event: null, message: /not an object/ },
    { name: 'text', event: 'x', message: /not an object/ },
    { name: 'a list', event: [], message: /not an object/ },
    { name: 'an empty object', event: {}, message: /not that of a REQUEST authorizer/ },
    {
      name: 'a backend event',
      event: { ...restEvent, type: undefined },
      message: /not that of a REQUEST authorizer/,
    },
    {
      name: 'a TOKEN event',
      event: { type: 'TOKEN', methodArn: arn, authorizationToken: 't' },
      message: /configure the authorizer with type REQUEST/,
    },
    { name: 'no ARN', event: { ...restEvent, methodArn: undefined }, message: /not an execute-api ARN/ },
    {
      name: 'payload 2.0 with a method ARN',
      event: { ...restEvent, version: '2.0' },
      message: /not an execute-api ARN/,
    },
  ];
  for (const { name, event, message } of faults) {
    it(`is not an authorizer event: ${name}`, () => {
      assert.throws(
        () => readEvent(event),
        (error) => isInvalidEvent(error) && message.test((error as Error).message),
      );
    });
  }
});
