import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { planStack } from '../../../infra/stack/plan.ts';
import { settings } from '../../../src/config/settings.ts';
import { planCases, planRefusals } from '../../cases/planCases.ts';

const names = {
  nameOf: (name: keyof typeof settings) => settings[name].variable,
  secret: 'secretArn',
  accountKey: 'accountKeyArn',
};

suite('what follows from the settings of a stack', () => {
  for (const { name, expected, ...request } of planCases) {
    test(name, () => {
      const { plan, problems } = planStack(request, names);
      assert.deepEqual(problems, []);
      const { ttlSeconds, headers, webSocketHeaders = headers, readsSecret = true } = expected;
      const { readsAccountKey = false, isSimple = false, showsArc = false, corsHeaders = [] } = expected;
      assert.partialDeepStrictEqual(plan, {
        environment: { APPROOV_DENIAL: 'policy', ...request.settings },
        ttlSeconds,
        headers,
        webSocketHeaders,
        needsSecret: readsSecret,
        needsAccountKey: readsAccountKey,
        isSimpleResponse: isSimple,
      });
      const bodies = plan?.gatewayResponses.map(({ type, status, templates }) => [
        type,
        status,
        templates['application/json'],
      ]);
      assert.deepEqual(bodies, [
        ['ACCESS_DENIED', '401', showsArc ? '{"arc":"$context.authorizer.arc"}' : '{}'],
        ['UNAUTHORIZED', '401', '{}'],
        ['AUTHORIZER_FAILURE', '500', '{}'],
        ['AUTHORIZER_CONFIGURATION_ERROR', '500', '{}'],
      ]);
      for (const header of [...corsHeaders, plan?.config.tokenHeader, 'Signature', 'Content-Digest']) {
        assert.ok(header && plan?.corsHeaders.includes(header), header);
      }
      const distinct = new Set(plan?.corsHeaders.map((header) => header.toLowerCase()));
      assert.equal(distinct.size, plan?.corsHeaders.length);
    });
  }

  for (const { name, problem, ...request } of planRefusals) {
    test(`refuses ${name}`, () => {
      const { plan, problems } = planStack(request, names);
      assert.equal(plan, undefined);
      assert.match(problems.join('; '), problem);
    });
  }

  test('a refusal says every problem at once, and names the parameter that takes the secret', () => {
    const { problems } = planStack(
      { settings: { APPROOV_SECRET_ID: 'a', APPROOV_ACCOUNT_KEY_ID: 'b', APPROOV_MODE: 'x' } },
      names,
    );
    assert.deepEqual(problems, [
      'APPROOV_SECRET_ID cannot be given: secretArn takes the secret',
      'APPROOV_ACCOUNT_KEY_ID cannot be given: accountKeyArn takes the secret',
      'Invalid configuration: APPROOV_MODE must be one of enforce, report-only',
    ]);
  });
});
