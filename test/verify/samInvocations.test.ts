import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { exampleSecret, exampleSecretId } from '../../infra/cloudformation/sam/exampleSecret.ts';
import { type Invocation, invocations } from '../../infra/cloudformation/sam/invocations.ts';
import { parameterOverrides } from '../../infra/cloudformation/sam/parameterOverrides.ts';
import { type SecretsManager, startSecretsManager } from '../../infra/secretsManager/secretsManager.ts';
import { emulatorSkip, type LambdaEmulator, startLambdaEmulator } from './lambdaEmulator.ts';
import { runTool } from './runTool.ts';
import { buildSam, type SamLocalFunction, samFolder, samFunctions, samOutput } from './samFunctions.ts';
import { offline, pythonTool, root } from './tools.ts';

const dockerSkip = await runTool('docker', ['version', '--format', '{{.Server.Version}}'], {
  timeout: 20_000,
}).then(
  () => false as const,
  () => 'no Docker engine answers on this machine',
);

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

describe('sam local invoke with npm run sam:secret', () => {
  let standIn: ChildProcess | undefined;

  before(async () => {
    if (dockerSkip === false) {
      const program = `${root}infra/cloudformation/sam/standIn.ts`;
      const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
      standIn = child;
      await once(child.stdout, 'data');
    }
  });

  after(async () => {
    if (standIn?.kill()) {
      await once(standIn, 'exit');
    }
  });

  it('answers every event as it should', { skip: dockerSkip }, async (test) => {
    for (const { name, functionId, expected } of invocations()) {
      await test.test(name, async () => {
        const args = ['local', 'invoke', functionId, '-e', `events/${name}.json`];
        const { stdout } = await runTool(pythonTool('sam'), [...args, ...parameterOverrides()], {
          cwd: samFolder,
          env: offline,
        });
        const wanted =
          expected.answer === 'failure' ? `"errorMessage": *"${expected.reason}` : expected.answer;
        assert.match(stdout, new RegExp(wanted), name);
      });
    }
  });
});

function compare(
  { name, expected }: Invocation,
  answer: unknown,
  lines: readonly Record<string, unknown>[],
): void {
  const { errorMessage, policyDocument, context, principalId } = answer as Record<string, unknown>;
  const seen = `${name}: ${JSON.stringify(answer)}`;
  const decisions = lines.filter(({ decision }) => decision !== undefined);
  assert.equal(decisions.length, 1, `${name}: one line of the log for one request, not ${decisions.length}`);
  const [line] = decisions as [Record<string, unknown>];
  assert.equal(line.reason, expected.reason, `${name}: reason in the log`);
  const tokens = JSON.stringify(lines).match(/eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\./g);
  assert.equal(tokens, null, `${name}: a token in the log`);
  switch (expected.answer) {
    case 'Allow':
    case 'Deny': {
      const [statement] = (policyDocument as { Statement: Record<string, unknown>[] }).Statement;
      assert.equal(statement?.Effect, expected.answer, seen);
      assert.equal(line.decision, expected.answer.toLowerCase(), name);
      assert.equal(typeof principalId, 'string', seen);
      assert.equal((context as Record<string, unknown>).reason, expected.reason, seen);
      break;
    }
    case 'failure':
      assert.match(String(errorMessage), new RegExp(`^${expected.reason}: `), seen);
      assert.equal(line.decision, 'error', name);
  }
}
