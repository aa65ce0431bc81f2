import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { type ApiKind, api } from './model/api.ts';
import { authorizerEvent } from './model/authorizerEvent.ts';

type Fields = Record<string, unknown>;

const folder = new URL('../../../shared/events/', import.meta.url);
const samples: Record<ApiKind, string> = {
  rest: 'rest-v1-request-authorizer.captured.json',
  http1: 'http-v1-request-authorizer.aws-docs.json',
  http2: 'http-v2-request-authorizer.captured.json',
  websocket: 'websocket-connect-request-authorizer.captured.json',
};

/** Names of the fields, those of `requestContext` and `http` included. Headers and parameters depend on the client. */
function shape(event: Fields, prefix = ''): string[] {
  return Object.entries(event).flatMap(([name, value]) =>
    ['requestContext', 'http'].includes(name)
      ? shape(value as Fields, `${prefix}${name}.`)
      : [`${prefix}${name}`],
  );
}

suite('the gateway model’s events have the fields of captured ones, each of the same type', {
  skip: !existsSync(folder) && 'the sample events are not beside this checkout',
}, () => {
  for (const [kind, file] of Object.entries(samples) as [ApiKind, string][]) {
    test(kind, () => {
      const sample = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Fields;
      const of = api(kind);
      const request = {
        method: 'GET',
        path: '/items',
        query: 'a=1',
        headers: [['Approov-Token', 'x']] as const,
      };
      const route = of.routes[0] ?? { method: 'GET', resource: '/' };
      const event = authorizerEvent(of, request, { route, requestId: 'r', at: 0, identity: ['x'] }) as Fields;
      assert.deepEqual(shape(event).sort(), shape(sample).sort());
      for (const [name, value] of Object.entries(event))
        assert.equal(typeof value, typeof sample[name], name);
    });
  }
});
