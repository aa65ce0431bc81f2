import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Artifact, lambdaEnvironment, startArtifact } from './artifact.ts';
import { outcome, request, token, withArtifact } from './rig.ts';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const bundles = ['authorizer', 'hello'] as const;

/** What Lambda and the wrapper script of a layer set, for a handler as SAM's packages name it. */
const layer = (name: (typeof bundles)[number]) => ({
  NODE_OPTIONS: `--require=${path('tracingLayer.cjs')}`,
  LAMBDA_TASK_ROOT: path(`../../dist/${name}`),
  _HANDLER: 'index.handler',
});

/** The same as the packages of the Serverless Framework name it. */
const serverlessLayer = {
  ...layer('authorizer'),
  LAMBDA_TASK_ROOT: path('../..'),
  _HANDLER: 'dist/authorizer/index.handler',
};

const traced = ({ lines }: Artifact) =>
  lines.filter(({ message }) => message.startsWith('traced')).map(({ message, reason }) => [message, reason]);

suite('a tracing layer', () => {
  for (const variables of [layer('authorizer'), serverlessLayer]) {
    test(`wraps ${variables._HANDLER}, and the authorizer allows and fails as without it`, async () => {
      await withArtifact(variables, async (artifact) => {
        assert.equal(outcome(await artifact.answer(request(token()))), 'allow');
        const { error } = await artifact.answer(request('NO_NETWORK'));
        assert.deepEqual(
          [error?.name, error?.message, error?.stack],
          ['Error', 'Unauthorized', 'Error: Unauthorized'],
        );
        assert.deepEqual(traced(artifact), [
          ['traced request', undefined],
          ['traced response', undefined],
          ['traced request', undefined],
          ['traced response', 'Unauthorized'],
        ]);
      });
    });
  }

  test('wraps Hello', async () => {
    const hello = await startArtifact('http://127.0.0.1:9', layer('hello'), 'hello');
    try {
      assert.partialDeepStrictEqual(await hello.answer({}), { response: { statusCode: 401 } });
      assert.deepEqual(traced(hello), [
        ['traced request', undefined],
        ['traced response', undefined],
      ]);
    } finally {
      await hello.stop();
    }
  });

  const wrappings = {
    defineProperty: "Object.defineProperty(module, 'handler', { value: f })",
    assignment: 'module.handler = f',
    'a getter': "Object.defineProperty(module, 'handler', { get: () => f })",
    removal: 'delete module.handler; module.handler = f',
  };
  for (const name of bundles) {
    const bundle = path(`../../dist/${name}/index.cjs`);
    for (const [way, code] of Object.entries(wrappings)) {
      test(`may replace the handler of ${name} by ${way}`, () => {
        const script = `'use strict'; const f = () => {}; const module = require(${JSON.stringify(bundle)}); ${code};
          console.error(Object.keys(module).join(), module.handler === f && require(${JSON.stringify(bundle)}).handler === f);`;
        const env = lambdaEnvironment('http://127.0.0.1:9', {});
        const { stderr } = spawnSync(process.execPath, ['-e', `{${script}}`], { env, encoding: 'utf8' });
        assert.equal(stderr, 'handler true\n');
      });
    }

    test(`finds the handler of ${name} by import, too`, () => {
      const script = `import { handler } from ${JSON.stringify(bundle)}; console.error(typeof handler);`;
      const env = lambdaEnvironment('http://127.0.0.1:9', {});
      const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env,
        encoding: 'utf8',
      });
      assert.equal(stderr, 'function\n');
    });
  }
});
