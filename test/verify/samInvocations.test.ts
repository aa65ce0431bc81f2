import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { exampleSecret, exampleSecretId } from '../../infra/cloudformation/sam/exampleSecret.ts';
import { type Invocation, invocations } from '../../infra/cloudformation/sam/invocations.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { assertAnswer } from './assertAnswer.ts';
import { emulatorSkip, type LambdaEmulator, startLambdaEmulator } from './lambdaEmulator.ts';
import { runTool } from './runTool.ts';
import { buildSam, type SamLocalFunction, samFolder, samFunctions, samOutput } from './samFunctions.ts';
import { offline, pythonTool, root } from './tools.ts';

before(buildSam);

describe('sam build', () => {
  it('puts the bundle of npm run build and its notices into each package, and nothing else', async () => {
    const packages = (await readdir(samOutput, { withFileTypes: true })).filter((entry) =>
      entry.isDirectory(),
    );
    assert.ok(packages.length > 0);
    for (const { name } of packages) {
      const files = ['THIRD-PARTY-NOTICES.txt', 'index.cjs'];
      assert.deepEqual((await readdir(`${samOutput}/${name}`)).sort(), files, name);
      const bundle = name.startsWith('Hello') ? 'hello' : 'authorizer';
      for (const file of files) {
        const [built, made] = await Promise.all(
          [`${samOutput}/${name}/${file}`, `${root}dist/${bundle}/${file}`].map((path) => readFile(path)),
        );
        assert.ok(built && made?.equals(built), `${name} holds another ${file} than dist/${bundle}`);
      }
    }
  });

  it('has nothing to build for the attach template, whose code is in S3, and does not fail', async () => {
    const attach = ['build', '--template', `${root}infra/cloudformation/attach.yaml`, '--build-dir'];
    await runTool(pythonTool('sam'), [...attach, `${root}.cache/sam-attach`], { cwd: root, env: offline });
  });
});

describe('the built package in the runtime interface emulator', () => {
  let secretsManager: SecretsManager;
  let functions: Readonly<Record<string, SamLocalFunction>>;
  const running = new Map<string, LambdaEmulator>();

  before(async () => {
    secretsManager = await startSecretsManager();
    secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
    functions = await samFunctions(secretsManager.endpoint);
  });

  after(async () => {
    await Promise.all([...running.values()].map((lambda) => lambda.stop()));
    await secretsManager.close();
  });

  for (const invocation of invocations()) {
    const { functionId, name, expected } = invocation;
    const outcome = [expected.answer, expected.reason].filter((part) => part !== undefined).join(', ');
    it(`${name}: ${outcome}`, { skip: emulatorSkip }, async () => {
      const target = functions[functionId];
      assert.ok(target, `${functionId} is not in the built template`);
      const lambda =
        running.get(functionId) ?? (await startLambdaEmulator(target.folder, target.environment));
      running.set(functionId, lambda);
      const event: unknown = JSON.parse(await readFile(`${samFolder}events/${name}.json`, 'utf8'));
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
