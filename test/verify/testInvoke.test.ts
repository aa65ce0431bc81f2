import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { command } from '../infra/support/command.ts';
import { startTestInvokeStandIn } from '../support/testInvokeStandIn.ts';
import { ApiModel } from './apiModel.ts';
import { offline } from './tools.ts';

const secret = Buffer.alloc(64, 'verify').toString('base64');
const secretId = 'test-invoke-secret';

suite('npm run smoke -- --rest-api, by the models of API Gateway and Lambda', () => {
  const models = { apigateway: new ApiModel('apigateway'), lambda: new ApiModel('lambda') };
  const modelOf = (operation: string) =>
    models[operation === 'GetFunctionConfiguration' ? 'lambda' : 'apigateway'];
  let secretsManager: SecretsManager;
  before(async () => {
    secretsManager = await startSecretsManager();
    secretsManager.putSecret(secretId, { string: secret });
  });
  after(() => secretsManager.close());

  for (const denial of ['policy', 'unauthorized']) {
    test(`every call and answer is one of the model's, with denial ${denial}`, async () => {
      const faults: string[] = [];
      const standIn = await startTestInvokeStandIn({
        secret,
        variables: {
          APPROOV_SECRET_ID: secretId,
          APPROOV_DENIAL: denial,
          APPROOV_BINDING_HEADERS: 'Authorization',
        },
        identitySource: 'method.request.header.Approov-Token,method.request.header.Authorization',
        check: (operation, direction, value, path) => {
          faults.push(...modelOf(operation).faults(operation, direction, value, path));
        },
      });
      const { code, stdout, stderr } = await command(
        'infra/tools/cli/smoke.ts',
        ['--rest-api', 'abc123', '--authorizer', 'def456', '--report', '.cache/smoke-authorizer.md'],
        '',
        { ...offline, ...standIn.environment, AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint },
      );
      standIn.close();
      assert.equal(code, 0, stdout + stderr);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        [...new Set(standIn.calls)],
        ['GetAuthorizer', 'GetFunctionConfiguration', 'TestInvokeAuthorizer'],
      );
      assert.ok(standIn.calls.length >= 11, 'good, expired, forged, missing and bound tokens');
    });
  }

  test('the model refuses what is none of its calls', () => {
    const ids = { restApiId: 'a', authorizerId: 'b' };
    const good = 'POST /restapis/a/authorizers/b';
    const cases: [value: object, path: string, fault: RegExp][] = [
      [{ restApiId: 'a' }, good, /lacks authorizerId/],
      [{ ...ids, header: {} }, good, /no member header/],
      [{ ...ids, headers: { 'Approov-Token': ['x'] } }, good, /is no string/],
      [{ ...ids, multiValueHeaders: { a: 'x' } }, good, /is no list/],
      [ids, 'GET /restapis/a/authorizers/b', /is not TestInvokeAuthorizer/],
    ];
    for (const [value, path, fault] of cases) {
      assert.match(models.apigateway.faults('TestInvokeAuthorizer', 'input', value, path).join(), fault);
    }
    assert.deepEqual(models.apigateway.faults('TestInvokeAuthorizer', 'input', ids, good), []);
    const answer = { clientStatus: '0', context: {} };
    assert.equal(
      models.apigateway.faults('TestInvokeAuthorizer', 'output', answer, '').length,
      2,
      'it has no context',
    );
  });
});
