import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { exampleSecret, exampleSecretId } from '../../infra/cloudformation/sam/exampleSecret.ts';
import { type Invocation, invocations } from '../../infra/cloudformation/sam/invocations.ts';
import { startSecretsManager } from '../../infra/secretsManager/secretsManager.ts';
import { type LambdaEmulator, startLambdaEmulator } from './lambdaEmulator.ts';
import { samFolder, samFunctions } from './samFunctions.ts';

/**
 * Sends every event file for `sam local invoke` to the built package, in the runtime interface emulator, and compares the
 * answer and the log line.
 */
export async function samInvocations(): Promise<string> {
  const secretsManager = await startSecretsManager();
  const running = new Map<string, LambdaEmulator>();
  try {
    secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
    const functions = await samFunctions(secretsManager.endpoint);
    for (const invocation of invocations()) {
      const { functionId, name } = invocation;
      const target = functions[functionId];
      assert.ok(target, `${functionId} is not in the built template`);
      const lambda =
        running.get(functionId) ?? (await startLambdaEmulator(target.folder, target.environment));
      running.set(functionId, lambda);
      const event: unknown = JSON.parse(await readFile(`${samFolder}events/${name}.json`, 'utf8'));
      const before = lambda.lines().length;
      const answer = await lambda.invoke(event);
      compare(invocation, answer, lambda.lines().slice(before));
    }
    return `${invocations().length} events on ${running.size} functions, ${secretsManager.calls.length} calls for the secret`;
  } finally {
    await Promise.all([...running.values()].map((lambda) => lambda.stop()));
    await secretsManager.close();
  }
}

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
