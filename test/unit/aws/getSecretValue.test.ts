import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, it, type TestContext } from 'node:test';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-secrets-manager';
import { type HttpRequest, HttpResponse } from '@smithy/core/transport';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { createGetSecretValue } from '../../../src/aws/getSecretValue.ts';

const input = { SecretId: 'approov/sécret "1"', VersionStage: 'AWSPREVIOUS' };
const lambda = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  AWS_SESSION_TOKEN: 'IQoJb3JpZ2luX2VjEXAMPLE==',
};

/** Replaces the environment until the test ends. */
function withEnvironment(test: TestContext, environment: NodeJS.ProcessEnv): void {
  const { env } = process;
  // No configuration file of the machine's may speak.
  process.env = { HOME: '/nowhere', ...environment };
  test.after(() => {
    process.env = env;
  });
}

/** Answers every request the same way, and keeps what was asked. */
function handlerOf(answer: { statusCode: number; headers?: Record<string, string>; body: string }) {
  const requests: HttpRequest[] = [];
  const handle = async (request: unknown) => {
    requests.push(request as HttpRequest);
    const { statusCode, headers = {}, body } = answer;
    return { response: new HttpResponse({ statusCode, headers, body: Readable.from([Buffer.from(body)]) }) };
  };
  return { handle, requests };
}

/** The same call by the SDK's whole client, without the headers in which it tells about itself and its attempts. */
async function callOfWholeClient(handle: ReturnType<typeof handlerOf>['handle']) {
  const client = new SecretsManagerClient({ maxAttempts: 1, requestHandler: { handle } });
  const plain: FinalizeRequestMiddleware<ServiceInputTypes, ServiceOutputTypes> = (next) => (args) => {
    const { headers } = args.request as HttpRequest;
    for (const name of ['amz-sdk-invocation-id', 'amz-sdk-request', 'x-amz-user-agent']) delete headers[name];
    headers['user-agent'] = 'approov-apigateway-authorizer';
    return next(args);
  };
  client.middlewareStack.addRelativeTo(plain, {
    name: 'plain',
    relation: 'before',
    toMiddleware: 'httpSigningMiddleware',
  });
  return client.send(new GetSecretValueCommand(input));
}

const options = { abortSignal: new AbortController().signal };
const secret = { Name: 'n', VersionId: 'v1', SecretString: 'c2VjcmV0', CreatedDate: 1_700_000_000.123 };
const found = { statusCode: 200, body: JSON.stringify(secret) };

describe("GetSecretValue on the SDK's parts, beside the SDK's whole client", () => {
  const environments: { name: string; environment: NodeJS.ProcessEnv }[] = [
    { name: 'in Lambda', environment: lambda },
    { name: 'without a session', environment: { ...lambda, AWS_SESSION_TOKEN: undefined } },
    { name: 'in China', environment: { ...lambda, AWS_REGION: 'cn-north-1' } },
    { name: 'FIPS', environment: { ...lambda, AWS_REGION: 'us-gov-west-1', AWS_USE_FIPS_ENDPOINT: 'true' } },
    { name: 'dual-stack', environment: { ...lambda, AWS_USE_DUALSTACK_ENDPOINT: 'true' } },
    {
      name: 'an endpoint with a port and a path',
      environment: { ...lambda, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4566/base?a=b' },
    },
    {
      name: 'an endpoint for all services',
      environment: { ...lambda, AWS_ENDPOINT_URL: 'https://[::1]:8443' },
    },
    {
      name: 'two endpoints',
      environment: {
        ...lambda,
        AWS_ENDPOINT_URL: 'https://all.example',
        AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://one.example:443',
      },
    },
    {
      name: 'an endpoint to be ignored',
      environment: {
        ...lambda,
        AWS_ENDPOINT_URL: 'https://all.example',
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      },
    },
  ];
  for (const { name, environment } of environments) {
    it(`sends the same request: ${name}`, async (test) => {
      withEnvironment(test, JSON.parse(JSON.stringify(environment)));
      test.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
      const [ours, theirs] = [handlerOf(found), handlerOf(found)];
      await createGetSecretValue(ours)(input, options);
      await callOfWholeClient(theirs.handle);
      const [sent, expected] = [ours, theirs].map(({ requests: [request] }) => ({ ...request }));
      assert.match(
        String(sent?.headers?.authorization),
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20270115\//,
      );
      assert.deepEqual(sent, expected);
    });
  }

  const answers: { name: string; answer: Parameters<typeof handlerOf>[0] }[] = [
    { name: 'a secret', answer: { ...found, headers: { 'x-amzn-RequestId': 'r1' } } },
    {
      name: 'a binary secret',
      answer: {
        statusCode: 200,
        body: '{"SecretBinary":"c2VjcmV0","CreatedDate":1.7E9,"VersionStages":["AWSCURRENT"]}',
      },
    },
    { name: 'nothing', answer: { statusCode: 200, body: '' } },
    { name: 'null', answer: { statusCode: 200, body: '{"SecretString":null}' } },
    { name: 'no JSON', answer: { statusCode: 200, body: '<html>' } },
    {
      name: 'an error of the service',
      answer: { statusCode: 400, body: '{"__type":"ResourceNotFoundException","Message":"no"}' },
    },
    {
      name: 'an error with its namespace',
      answer: { statusCode: 400, body: '{"__type":"com.amazonaws.secretsmanager#DecryptionFailure"}' },
    },
    {
      name: 'an error by its header',
      answer: {
        statusCode: 400,
        headers: { 'x-amzn-ErrorType': 'ThrottlingException:http://x' },
        body: '{}',
      },
    },
    {
      name: 'an error of all services',
      answer: { statusCode: 400, body: '{"__type":"AccessDeniedException"}' },
    },
    { name: 'an error that is no JSON', answer: { statusCode: 503, body: 'Service Unavailable' } },
  ];
  for (const { name, answer } of answers) {
    it(`takes the answer the same way: ${name}`, async (test) => {
      withEnvironment(test, lambda);
      const outcome = async (call: Promise<object>) => {
        try {
          const { $metadata, ...output } = (await call) as Record<string, unknown>;
          return output;
        } catch (error) {
          const { name, message } = error as Error;
          return { name, message, constructor: error?.constructor.name };
        }
      };
      const ours = await outcome(createGetSecretValue(handlerOf(answer))(input, options));
      // The client adds how to see the raw answer, which nobody does here.
      const theirs = await outcome(callOfWholeClient(handlerOf(answer).handle));
      if ('message' in theirs)
        theirs.message = String(theirs.message).replace(/\n {2}Deserialization error:.*/, '');
      assert.deepEqual(ours, theirs);
    });
  }

  it('reads the credentials at every call', async (test) => {
    withEnvironment(test, lambda);
    const handler = handlerOf(found);
    const getSecretValue = createGetSecretValue(handler);
    await getSecretValue(input, options);
    process.env.AWS_ACCESS_KEY_ID = 'AKIDROTATED';
    await getSecretValue(input, options);
    const users = handler.requests.map(
      ({ headers }) => /Credential=(\w+)/.exec(String(headers.authorization))?.[1],
    );
    assert.deepEqual(users, ['AKIDEXAMPLE', 'AKIDROTATED']);
  });

  it('hands the signal to give up to the handler', async (test) => {
    withEnvironment(test, lambda);
    const handler = handlerOf(found);
    const handle = test.mock.fn(handler.handle);
    await createGetSecretValue({ handle })(input, options);
    const passedOn = handle.mock.calls.map(({ arguments: [, given] }: { arguments: unknown[] }) => given);
    assert.deepEqual(passedOn, [options]);
  });

  it('without credentials it fails by name, and sends nothing', async (test) => {
    withEnvironment(test, { AWS_REGION: 'eu-west-1' });
    const handler = handlerOf(found);
    await assert.rejects(createGetSecretValue(handler)(input, options), { name: 'CredentialsProviderError' });
    assert.deepEqual(handler.requests, []);
  });
});
