import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { settings } from '../../src/config/settings.ts';
import { lambdaEnvironment } from './artifact.ts';

const bundle = fileURLToPath(new URL('../../dist/authorizer/index.cjs', import.meta.url));
const value = 'a-value-that-must-not-be-shown\u0007';

function load(variables: Readonly<Record<string, string>>) {
  const env = lambdaEnvironment('http://127.0.0.1:9', variables);
  return spawnSync(process.execPath, ['-e', `require(${JSON.stringify(bundle)})`], { env, encoding: 'utf8' });
}

suite('the start of the artifact', () => {
  test('fails for wrong variables, and names each without its value', () => {
    const variables = Object.values(settings).map(({ variable }) => variable);
    const { status, stdout, stderr } = load(Object.fromEntries(variables.map((name) => [name, value])));
    assert.notEqual(status, 0);
    const { level, message } = JSON.parse(stdout);
    assert.equal(level, 'error');
    assert.match(message, /^Invalid configuration: /);
    for (const variable of variables) assert.match(message, new RegExp(`[:;] ${variable} must be `));
    assert.ok(stderr.includes(message));
    assert.ok(!(stdout + stderr).includes(value.slice(0, -1)));
  });

  test('fails for an unknown variable', () => {
    const { status, stdout } = load({ APPROOV_ISUER: 'x' });
    assert.notEqual(status, 0);
    const { timestamp, ...line } = JSON.parse(stdout);
    assert.match(timestamp, /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    assert.deepEqual(line, {
      level: 'error',
      message: 'Invalid configuration: APPROOV_ISUER is not known: did you mean APPROOV_ISSUER?',
    });
  });

  test('has no unhandled rejection when the secret cannot be fetched and no request waits for it', () => {
    const { status, stderr } = load({});
    assert.deepEqual([status, stderr], [0, '']);
  });
});
