import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import type { SecretsManager } from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { type Artifact, startArtifact } from './artifact.ts';
import { outcome, startSecrets, token, withArtifact } from './rig.ts';

type Fields = Record<string, unknown>;

const folder = new URL('../events/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
const events = names.map((name): [name: string, event: Fields] => [
  name,
  JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
]);

/** The event with a token, where the kind of API carries it. */
function withToken(event: Fields, value: string): Fields {
  const headers = { ...(event.headers as Fields), 'Approov-Token': value };
  const multi = event.multiValueHeaders && {
    multiValueHeaders: { ...event.multiValueHeaders, 'Approov-Token': [value] },
  };
  return { ...event, headers, ...(multi as Fields) };
}

/** Artifacts with different settings. */
type Artifacts = Record<'enforce' | 'simple' | 'reportOnly', Artifact>;

/** The kind of API that the log must name. */
function apiTypeOf({ version, requestContext }: Fields): string {
  if (version === '2.0' || version === '1.0') return 'http';
  return (requestContext as Fields | undefined)?.eventType ? 'websocket' : 'rest';
}

suite('events of every kind of API', () => {
  let secretsManager: SecretsManager;
  const artifacts: Partial<Artifacts> = {};
  before(async () => {
    secretsManager = await startSecrets();
    artifacts.enforce = await startArtifact(secretsManager.endpoint);
    artifacts.simple = await startArtifact(secretsManager.endpoint, {
      APPROOV_HTTP_API_RESPONSE: 'simple',
      APPROOV_DENIAL: 'policy',
    });
    artifacts.reportOnly = await startArtifact(secretsManager.endpoint, { APPROOV_MODE: 'report-only' });
  });
  after(async () => {
    for (const artifact of Object.values(artifacts)) await artifact.stop();
    await secretsManager.close();
  });
  for (const [name, event] of events) {
    if (event.type === 'TOKEN') {
      test(`${name}: a failure that says which type to configure`, async () => {
        const answer = await artifacts.enforce?.answer(event);
        assert.match(outcome(answer ?? {}), /^event_invalid: .* configure the authorizer with type REQUEST$/);
      });
      continue;
    }
    test(`${name}: allowed with a token, refused without one`, async () => {
      const { enforce, simple, reportOnly } = artifacts as Artifacts;
      const good = withToken(event, token());
      assert.equal(outcome(await enforce.answer(event)), 'unauthorized');
      const { response } = await enforce.answer(good);
      const arn = String(event.methodArn ?? event.routeArn);
      assert.equal(
        response?.policyDocument?.Statement[0].Resource,
        `${arn.split('/').slice(0, 2).join('/')}/*`,
      );
      assert.equal(response?.context?.did, 'device');
      assert.equal(enforce.lines.findLast(({ decision }) => decision)?.apiType, apiTypeOf(event));

      const isSimple = event.version === '2.0';
      assert.equal((await simple.answer(good)).response?.isAuthorized, isSimple ? true : undefined);
      const denied = await simple.answer(event);
      assert.equal(denied.response?.isAuthorized, isSimple ? false : undefined);
      assert.equal(outcome(denied), 'deny');

      const passed = await reportOnly.answer(event);
      assert.equal(outcome(passed), 'allow');
      assert.deepEqual(passed.response?.context, {
        mode: 'report-only',
        verdict: 'would-deny',
        reason: 'token_missing',
      });
    });
  }
});

suite('partitions', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc']) {
    test(`${partition}: the policy names the same partition`, async () => {
      const stageArn = `arn:${partition}:execute-api:some-region-1:123456789012:abc123/prod`;
      const headers = { 'approov-token': token() };
      const event = { type: 'REQUEST', methodArn: `${stageArn}/GET/x`, headers, requestContext: {} };
      await withArtifact({}, async (artifact) => {
        const { response } = await artifact.answer(event);
        assert.equal(response?.policyDocument?.Statement[0].Resource, `${stageArn}/*`);
      });
    });
  }
});
