import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite, test } from 'node:test';
import RestThrottling, { type Throttling } from '../../../infra/serverless/restThrottling.ts';

/** Deploys with the plugin, and gives the calls that API Gateway received. */
async function deploy(throttling: Throttling | null): Promise<string[]> {
  const calls: string[] = [];
  const server = createServer(async (request, response) => {
    const body = (await request.toArray()).join('');
    calls.push(`${request.method} ${request.url} ${body}`);
    response.setHeader('content-type', 'application/json').end('{}');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const aws = {
    naming: { getRestApiLogicalId: () => 'ApiGatewayRestApi' },
    getApiGatewayStage: () => 'dev',
    getStackResources: async () => [
      { LogicalResourceId: 'HttpApi', PhysicalResourceId: 'http1' },
      { LogicalResourceId: 'ApiGatewayRestApi', PhysicalResourceId: 'rest1' },
    ],
    getAwsSdkV3Config: async () => ({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    }),
  };
  try {
    const plugin = new RestThrottling({
      service: { custom: { stage: { throttling } } },
      getProvider: () => aws,
    });
    await plugin.hooks['after:deploy:deploy']();
  } finally {
    server.close();
  }
  return calls;
}

suite('limits of the REST API’s stage, after serverless deploy', () => {
  test('are set for all its methods', async () => {
    const patchOperations = [
      { op: 'replace', path: '/*/*/throttling/rateLimit', value: '500' },
      { op: 'replace', path: '/*/*/throttling/burstLimit', value: '1000' },
    ];
    assert.deepEqual(await deploy({ ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 }), [
      `PATCH /restapis/rest1/stages/dev ${JSON.stringify({ patchOperations })}`,
    ]);
  });

  test('are left alone without parameters', async () => {
    assert.deepEqual(await deploy(null), []);
  });
});
