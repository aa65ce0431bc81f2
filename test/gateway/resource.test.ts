// biome-ignore-all lint/suspicious/noTemplateCurlyInString: clients write IAM's variables into their paths here
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { policyOf, policyResource } from '../../src/answer/policy.ts';
import type { PolicyResponse } from '../../src/answer/respond.ts';
import { readInvokeArn } from '../../src/event/readEvent.ts';
import { api, invokeArn } from './model/api.ts';
import { evaluate } from './model/iam.ts';
import { refused, sent, start, token, World } from './world.ts';

const methodScope = { APPROOV_RESOURCE_SCOPE: 'method' };
const files = (path: string) => ({ method: 'GET', path: `/files/${path}` });

suite('`method` scope: no path makes the policy wider', () => {
  // `others` are paths that the policy would allow if IAM read the client's characters as a pattern.
  const paths: [name: string, path: string, others: string[]][] = [
    ['a star', '*', ['x', 'secret/1', '']],
    ['a star where a name belongs', 'a/*/c', ['a/b/c', 'a/b/b/c']],
    ['a question mark', 'a?', ['ab', 'a']],
    ['a policy variable', '${aws:username}', ['caller', 'x']],
    ['a variable with a default', "${x, 'secret'}", ['secret']],
    ['an escaped star, written by the client', '${*}', ['*', 'x', '$x}']],
    ['an escaped dollar, written by the client', '${$}{aws:username}', ['caller', '${aws:username}']],
    ['an unclosed variable before a star', '${*', ['x', '${x', '${']],
    ['dollars in a row', '$${*}', ['x', '$*', '${*}']],
    ['braces without a dollar', '{*}', ['{x}']],
  ];
  for (const kind of ['rest', 'http2'] as const) {
    for (const [name, path, others] of paths) {
      test(`${kind}: ${name}`, async () => {
        const world = new World({ kind, variables: methodScope });
        const request = [sent(token())];
        assert.equal((await world.send(request, files(path))).status, 200, 'the call itself');
        for (const other of others) {
          const answer = await world.statusAndCall(request, files(`${other || '.'}`));
          assert.deepEqual(answer, [refused[kind], false], other);
        }
        assert.deepEqual((await world.send(request, files(path))).status, 200, 'the call itself, cached');
      });
    }
  }
});

suite('`method` scope: a path over the limit of 512 characters', () => {
  const fillings: [name: string, filling: string][] = [
    ['letters', 'a'],
    ['stars, which take four characters each', '*'],
    ['variables', '${x}'],
    ['dollars and braces', '${${'],
    ['letters and stars', 'ab*'],
    ['characters of two code units', '🔑*'],
  ];
  for (const [name, filling] of fillings) {
    test(`${name}: the resource stays within the limit at every length`, () => {
      for (let length = 1; length <= 700; length += 1) {
        const path = `/files/${filling.repeat(length).slice(0, length)}`;
        const resource = policyResource(readInvokeArn(arnOf(path)), 'method');
        assert.ok(resource.length <= 512, `${length}: ${resource.length}`);
      }
    });

    for (let offset = 0; offset < 5; offset += 1) {
      test(`${name}: the resource allows its own path, and no path that begins differently; cut ${offset} later`, async () => {
        const path = `/files/${'x'.repeat(offset)}${filling.repeat(500)}`;
        const policyDocument = policyOf('Allow', policyResource(readInvokeArn(arnOf(path)), 'method'));
        const evaluated = (called: string) => evaluate({ policyDocument, arn: arnOf(called), at: start });
        assert.equal(await evaluated(path), 'allowed');
        for (const other of ['/files/', '/files/b', `/files/?${path.slice(8)}`]) {
          assert.equal(await evaluated(other), 'implicit-deny', other);
        }
      });
    }
  }

  test('a path that just fits is allowed exactly', async () => {
    const path = `/files/${'a'.repeat(512)}`;
    const within = path.slice(0, 512 - arnOf('').length);
    const policyDocument = policyOf('Allow', policyResource(readInvokeArn(arnOf(within)), 'method'));
    assert.equal(await evaluate({ policyDocument, arn: arnOf(within), at: start }), 'allowed');
    assert.equal(await evaluate({ policyDocument, arn: arnOf(`${within}a`), at: start }), 'implicit-deny');
  });

  test('API Gateway accepts the shortened resource', async () => {
    const world = new World({ variables: methodScope });
    assert.equal((await world.send([sent(token())], files('a'.repeat(4000)))).status, 200);
  });
});

suite('`stage` scope: the resource does not depend on the path', () => {
  for (const path of ['*', '?', '${aws:username}', 'a'.repeat(4000)]) {
    test(path.slice(0, 20), async () => {
      const world = new World();
      assert.equal((await world.send([sent(token())], files(path))).status, 200);
      const [response] = world.responses as PolicyResponse[];
      assert.equal(response?.policyDocument.Statement[0].Resource, `${arnOf('').replace('/GET', '')}/*`);
    });
  }
});

function arnOf(path: string): string {
  return invokeArn(api('rest'), { method: 'GET', path, headers: [] });
}
