import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { suite, test } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startSecretsManager } from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { api, type ClientRequest } from '../gateway/model/api.ts';
import { Gateway } from '../gateway/model/gateway.ts';
import { forged, sent, token, World } from '../gateway/world.ts';
import {
  eventFacts,
  type LiveFact,
  liveFacts,
  secretFacts,
  sequenceFacts,
  statusFacts,
  statusIn,
} from './facts.ts';

const titleOf = ({ fact, basis, date }: LiveFact) => `${fact} (${basis}, ${date})`;
const credentials = { good: [sent(token())], forged: [sent(forged)], none: [] };

suite('this project’s authorizer in the model answers as the others’ in AWS', () => {
  for (const fact of statusFacts) {
    const { kind, variables = {}, accessDenied = 403 } = fact;
    test(`${titleOf(fact)}: ${statusIn(fact, 'model')}`, async () => {
      const world = new World({ kind, variables, api: { accessDeniedStatus: accessDenied } });
      const { status, called } = await world.send(credentials[fact.token]);
      assert.deepEqual([status, called], [statusIn(fact, 'model'), fact.token !== 'none']);
    });
  }
});

suite('the model answers as AWS', () => {
  for (const { kind, answer, requests, statuses, ...fact } of sequenceFacts) {
    test(`${titleOf(fact)}: ${statuses.join(', ')}`, async () => {
      const gateway = new Gateway(
        api(kind),
        async () => {
          if (typeof answer === 'string') throw new Error(answer);
          const { partition, region, accountId, apiId, stage } = api(kind);
          const arn = `arn:${partition}:execute-api:${region}:${accountId}:${apiId}/${stage}`;
          return JSON.parse(JSON.stringify(answer).replace('STAGE', arn));
        },
        () => 0,
      );
      const seen: number[] = [];
      for (const request of requests) {
        const [method = '', path = ''] = request.split(' ');
        seen.push((await gateway.send({ method, path, headers: [sent('x')] })).status);
      }
      assert.deepEqual(seen, statuses);
    });
  }

  for (const { kind, of, request, context = {}, event, unmodelled, ...fact } of eventFacts) {
    test(titleOf(fact) + (unmodelled ? `: not so here, as ${unmodelled}` : ''), async () => {
      let authorizerEvent: unknown;
      const gateway = new Gateway(
        api(kind),
        async (given) => {
          authorizerEvent = given;
          const Statement = [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }];
          return { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement }, context };
        },
        () => 0,
      );
      const sentRequest: ClientRequest = {
        method: 'GET',
        path: '/items',
        ...request,
        headers: [sent('x'), ...(request.headers ?? [])],
      };
      const { event: backendEvent } = await gateway.send(sentRequest);
      const seen = of === 'backend' ? backendEvent : authorizerEvent;
      const [actual, expected] = [JSON.stringify(pick(seen, event)), JSON.stringify(event)];
      if (unmodelled) assert.notEqual(actual, expected);
      else assert.equal(actual, expected);
    });
  }
});

test(`the stand-in for Secrets Manager: ${secretFacts.map(titleOf).join('; ')}`, async () => {
  const secretsManager = await startSecretsManager();
  const client = new SecretsManagerClient({
    endpoint: secretsManager.endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    secretsManager.putSecret('approov', { string: 'S1' });
    secretsManager.rotate('approov', { string: 'S2' });
    const get = async (SecretId: string, VersionStage: string) => {
      const { SecretString, VersionStages } = await client.send(
        new GetSecretValueCommand({ SecretId, VersionStage }),
      );
      return [SecretString, VersionStages];
    };
    assert.deepEqual(await get('approov', 'AWSCURRENT'), ['S2', ['AWSCURRENT']]);
    assert.deepEqual(await get('approov', 'AWSPREVIOUS'), ['S1', ['AWSPREVIOUS']]);
    const { name, $metadata } = await get('unknown', 'AWSCURRENT').catch((error) => error);
    assert.deepEqual([name, $metadata.httpStatusCode], ['ResourceNotFoundException', 400]);
  } finally {
    client.destroy();
    await secretsManager.close();
  }
});

suite('the column “live, by” of docs/proven.md', () => {
  const page = readFileSync(new URL('../../docs/proven.md', import.meta.url), 'utf8');
  const addresses = Object.fromEntries(
    [...page.matchAll(/^\[([\w-]+)\]: (\S+)$/gm)].map(([, name, address]) => [name, address]),
  );
  const columns = [...page.matchAll(/^\| .* \|$/gm)].map(([row]) => row.split(/ *\| */)[4] ?? '');
  const sourcesOf = (column: string) =>
    [...column.matchAll(/\]\[([\w-]+)\]/g)].map(([, name = '']) => addresses[name]);

  test('names every fact’s source, and no other', () => {
    const sources = new Set(liveFacts.map(({ source }) => source));
    assert.deepEqual([...new Set(columns.flatMap(sourcesOf))].sort(), [...sources].sort());
  });

  test('has at least nine claims that others saw live', () => {
    assert.ok(columns.filter((column) => sourcesOf(column).length > 0).length >= 9);
  });
});

/** The fields of an event that a fact names, in the event's order. */
function pick(value: unknown, names: unknown): unknown {
  if (!isObject(names) || !isObject(value)) return value;
  const fields = Object.entries(value).filter(([name]) => Object.hasOwn(names, name));
  return Object.fromEntries(fields.map(([name, field]) => [name, pick(field, names[name])]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
