import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, suite, test } from 'node:test';
import { type Invocation, invocations } from '../../infra/cloudformation/sam/events.ts';
import { exampleSecret, exampleSecretId } from '../../infra/cloudformation/sam/local.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { assertAnswer } from './assertAnswer.ts';
import { emulatorSkip, type LambdaEmulator, startLambdaEmulator } from './lambdaEmulator.ts';
import { runTool } from './runTool.ts';
import { buildSam, samAuthorizer, samOutput } from './samFunctions.ts';
import { offline, pythonTool, root } from './tools.ts';

before(buildSam);

suite('sam build', () => {
  test('puts the bundle of npm run build and its notices into each package, and nothing else', async () => {
    for (const [name, bundle] of [
      ['AuthorizerFunction', 'authorizer'],
      ['HelloFunction', 'hello'],
    ]) {
      const files = ['THIRD-PARTY-NOTICES.txt', 'index.cjs'];
      assert.deepEqual((await readdir(`${samOutput}/${name}`)).sort(), files, name);
      for (const file of files) {
        const [built, made] = await Promise.all(
          [`${samOutput}/${name}/${file}`, `${root}dist/${bundle}/${file}`].map((path) => readFile(path)),
        );
        assert.ok(built && made?.equals(built), `${name} holds another ${file} than dist/${bundle}`);
      }
    }
  });

  test('takes the metrics, the alarms and the dashboard along', async () => {
    const observability = await readFile(`${samOutput}/Observability/template.yaml`, 'utf8');
    assert.match(observability, /RefusalAlarm:/);
  });

  test('has nothing to build for the attach template, whose code is in S3, and does not fail', async () => {
    const attach = ['build', '--template', `${root}infra/cloudformation/attach.yaml`, '--build-dir'];
    await runTool(pythonTool('sam'), [...attach, `${root}.cache/sam-attach`], { cwd: root, env: offline });
  });
});

suite('the built package in the runtime interface emulator', { skip: emulatorSkip }, () => {
  let secretsManager: SecretsManager;
  let lambda: LambdaEmulator;

  before(async () => {
    secretsManager = await startSecretsManager();
    secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
    const { folder, environment } = await samAuthorizer(secretsManager.endpoint);
    lambda = await startLambdaEmulator(folder, environment);
  });

  after(async () => {
    await lambda?.stop();
    await secretsManager?.close();
  });

  for (const invocation of invocations) {
    const { name, event, expected } = invocation;
    const outcome = [expected.answer, expected.reason].filter((part) => part !== undefined).join(', ');
    test(`${name}: ${outcome}`, async () => {
      const before = lambda.lines().length;
      const answer = await lambda.invoke(event);
      compare(invocation, answer, lambda.lines().slice(before));
    });
  }
});

function compare(invocation: Invocation, answer: unknown, lines: readonly Record<string, unknown>[]): void {
  const { name, expected } = invocation;
  assertAnswer(invocation, answer);
  const decisions = lines.filter(({ decision }) => decision !== undefined);
  assert.equal(decisions.length, 1, `${name}: one line of the log for one request, not ${decisions.length}`);
  const [line] = decisions as [Record<string, unknown>];
  assert.equal(line.reason, expected.reason, `${name}: reason in the log`);
  const decision = { Allow: 'allow', Deny: 'deny', failure: 'error' }[expected.answer];
  assert.equal(line.decision, decision, name);
  const tokens = JSON.stringify(lines).match(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./g);
  assert.equal(tokens, null, `${name}: a token in the log`);
}
