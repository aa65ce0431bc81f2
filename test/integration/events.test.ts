import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { SecretsManager } from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { type Artifact, startArtifact } from './artifact.ts';
import { outcome, startSecrets, token } from './rig.ts';

type Fields = Record<string, unknown>;

const own = new URL('../events/', import.meta.url);
const samples = new URL('../../../shared/events/', import.meta.url);

/** Authorizer events in a folder, by file name. */
function authorizerEvents(folder: URL): [name: string, event: Fields][] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const events = names.map((name): [string, Fields] => [
    name,
    JSON.parse(readFileSync(new URL(name, folder), 'utf8')),
  ]);
  return events.filter(([, event]) => 'type' in event);
}

/** The event with a token, where the kind of API carries it. */
function withToken(event: Fields, value: string): Fields {
  const headers = { ...(event.headers as Fields), 'Approov-Token': value };
  const multi = event.multiValueHeaders && {
    multiValueHeaders: { ...event.multiValueHeaders, 'Approov-Token': [value] },
  };
  return { ...event, headers, ...(multi as Fields) };
}

/** The kind of API that the log must name. */
function apiTypeOf({ version, requestContext }: Fields): string {
  if (version === '2.0' || version === '1.0') return 'http';
  return (requestContext as Fields | undefined)?.eventType ? 'websocket' : 'rest';
}

const sources = [
  { title: 'of this project', events: authorizerEvents(own), skip: false as const },
  {
    title: 'of AWS and of public captures',
    events: authorizerEvents(samples),
    skip: !existsSync(samples) && 'the sample events are not beside this checkout',
  },
];

for (const { title, events, skip } of sources) {
  describe(`events ${title}`, { skip }, () => {
    let secretsManager: SecretsManager;
    const artifacts: Record<string, Artifact> = {};
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
        it(`${name}: a failure that says which type to configure`, async () => {
          const answer = await artifacts.enforce?.answer(event);
          assert.match(
            outcome(answer ?? {}),
            /^event_invalid: .* configure the authorizer with type REQUEST$/,
          );
        });
        continue;
      }
      it(`${name}: allowed with a token, refused without one`, async () => {
        const { enforce, simple, reportOnly } = artifacts as Record<string, Artifact>;
        const good = withToken(event, token());
        assert.equal(outcome(await (enforce as Artifact).answer(event)), 'unauthorized');
        const { response } = await (enforce as Artifact).answer(good);
        const arn = String(event.methodArn ?? event.routeArn);
        assert.equal(
          response?.policyDocument?.Statement[0].Resource,
          `${arn.split('/').slice(0, 2).join('/')}/*`,
        );
        assert.equal(response?.context?.did, 'device');
        assert.equal(
          (enforce as Artifact).lines.findLast(({ decision }) => decision)?.apiType,
          apiTypeOf(event),
        );

        const isSimple = event.version === '2.0';
        assert.equal(
          (await (simple as Artifact).answer(good)).response?.isAuthorized,
          isSimple ? true : undefined,
        );
        assert.equal(
          (await (simple as Artifact).answer(event)).response?.isAuthorized,
          isSimple ? false : undefined,
        );
        assert.equal(outcome(await (simple as Artifact).answer(event)), 'deny');

        const passed = await (reportOnly as Artifact).answer(event);
        assert.equal(outcome(passed), 'allow');
        const reason =
          'Approov-Token' in ((event.headers as Fields | null) ?? {}) ? 'token_malformed' : 'token_missing';
        assert.deepEqual(passed.response?.context, { mode: 'report-only', verdict: 'would-deny', reason });
      });
    }
  });
}

describe('partitions', () => {
  for (const partition of ['aws', 'aws-cn', 'aws-us-gov', 'aws-iso', 'aws-eusc']) {
    it(`${partition}: the policy names the same partition`, async () => {
      const secretsManager = await startSecrets();
      const artifact = await startArtifact(secretsManager.endpoint);
      const stageArn = `arn:${partition}:execute-api:some-region-1:123456789012:abc123/prod`;
      const event = {
        type: 'REQUEST',
        methodArn: `${stageArn}/GET/x`,
        headers: { 'approov-token': token() },
        requestContext: {},
      };
      const { response } = await artifact.answer(event);
      assert.equal(response?.policyDocument?.Statement[0].Resource, `${stageArn}/*`);
      await artifact.stop();
      await secretsManager.close();
    });
  }
});
