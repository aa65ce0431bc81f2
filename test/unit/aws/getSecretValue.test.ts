import '../support/noSockets.ts';
import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { suite, type TestContext, test } from 'node:test';
import {
  GetSecretValueCommand,
  SecretsManagerClient,
  SecretsManagerServiceException,
  type ServiceInputTypes,
  type ServiceOutputTypes,
} from '@aws-sdk/client-secrets-manager';
import { type HttpRequest, HttpResponse } from '@smithy/core/transport';
import type { FinalizeRequestMiddleware } from '@smithy/types';
import { createSecretsManagerClient } from '../../../src/aws/client.ts';
import { createGetSecretValue, type RequestHandler } from '../../../src/aws/getSecretValue.ts';
import { type GetSecretValue, secretsManagerSource } from '../../../src/aws/secretsManagerSource.ts';

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
  // No configuration file of the machine may count.
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

suite("GetSecretValue as plain JSON, compared with the SDK's whole client", () => {
  const all = { AWS_ENDPOINT_URL: 'https://all.example' };
  const environments: Record<string, NodeJS.ProcessEnv> = {
    'in Lambda': {},
    'without a session': { AWS_SESSION_TOKEN: undefined },
    'in China': { AWS_REGION: 'cn-north-1' },
    FIPS: { AWS_REGION: 'us-gov-west-1', AWS_USE_FIPS_ENDPOINT: 'true' },
    'dual-stack': { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
    'an endpoint with a port and a path': {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: 'http://127.0.0.1:4566/base?a=b',
    },
    'an endpoint for all services': { AWS_ENDPOINT_URL: 'https://[::1]:8443' },
    'two endpoints': { ...all, AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://one.example:443' },
    'an endpoint to be ignored': { ...all, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
  };
  for (const [name, environment] of Object.entries(environments)) {
    test(`sends the same request: ${name}`, async (test) => {
      withEnvironment(test, JSON.parse(JSON.stringify({ ...lambda, ...environment })));
      test.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
      const [ours, theirs] = [handlerOf(found), handlerOf(found)];
      await createGetSecretValue(ours)(input, options);
      await callOfWholeClient(theirs.handle);
      // The client holds the body as bytes in its own class.
      const [sent, expected] = [ours, theirs].map(({ requests: [request] }) => ({
        ...request,
        body: Buffer.from(request?.body),
      }));
      assert.match(
        String(sent?.headers?.authorization),
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20270115\//,
      );
      assert.deepEqual(sent, expected);
    });
  }

  type Headers = Record<string, string>;
  const answers: [name: string, body: string, statusCode?: number, headers?: Headers][] = [
    ['a secret', found.body, 200, { 'x-amzn-RequestId': 'r1' }],
    ['a binary secret', '{"SecretBinary":"c2VjcmV0","CreatedDate":1.7E9,"VersionStages":["AWSCURRENT"]}'],
    ['nothing', ''],
    ['null', '{"SecretString":null}'],
    ['no JSON', '<html>'],
    ['an empty string', '{"SecretString":"","SecretBinary":""}'],
    ['a date as text', '{"CreatedDate":"1.7E9"}'],
    ['a date of part of a millisecond', '{"CreatedDate":1.0006}'],
    ['JSON null', 'null'],
    ['an error of the service', '{"__type":"ResourceNotFoundException","Message":"no"}', 400],
    ['an error with its namespace', '{"__type":"com.amazonaws.secretsmanager#DecryptionFailure"}', 400],
    ['an error by its header', '{}', 400, { 'x-amzn-ErrorType': 'ThrottlingException:http://x' }],
    ['an error of all services', '{"__type":"AccessDeniedException"}', 400],
    ['an error that is not JSON', 'Service Unavailable', 503],
    ['an error by its code', '{"Code":"Xyz","message":"m"}', 400],
    ['an error without a name', '{}', 500],
    ['an error with the name of an inherited property', '{"__type":"toString"}', 400],
    ['an error with an empty message', '{"__type":"DecryptionFailure","Message":""}', 400],
  ];
  for (const [name, body, statusCode = 200, headers = {}] of answers) {
    const answer = { statusCode, headers, body };
    test(`takes the answer the same way: ${name}`, async (test) => {
      withEnvironment(test, lambda);
      const outcome = async (call: Promise<object>) => {
        try {
          const { $metadata, ...output } = (await call) as Record<string, unknown>;
          return output;
        } catch (error) {
          const { name, message } = error as Error;
          return { name, message, isOfService: error instanceof SecretsManagerServiceException };
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

  const faults: [name: string, body: string][] = [
    ['a date that is not a number', '{"CreatedDate":"2023-01-01T00:00:00Z"}'],
    ['a date of another type', '{"CreatedDate":true}'],
    ['a binary secret that is not base64', '{"SecretBinary":"c2Vjc*=="}'],
    ['a binary secret that is cut short', '{"SecretBinary":"c2VjcmV"}'],
  ];
  for (const [name, body] of faults) {
    test(`fails with the same error: ${name}`, async (test) => {
      withEnvironment(test, lambda);
      const answering = () => handlerOf({ statusCode: 200, body });
      const expected = { name: 'TypeError' };
      await assert.rejects(createGetSecretValue(answering())(input, options), expected);
      await assert.rejects(callOfWholeClient(answering().handle), expected);
    });
  }

  test('reads the credentials at every call', async (test) => {
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

  test('hands the signal to give up to the handler', async (test) => {
    withEnvironment(test, lambda);
    const handler = handlerOf(found);
    const handle = test.mock.fn(handler.handle);
    await createGetSecretValue({ handle })(input, options);
    const passedOn = handle.mock.calls.map(({ arguments: [, given] }: { arguments: unknown[] }) => given);
    assert.deepEqual(passedOn, [options]);
  });

  test('without credentials it fails by name, and sends nothing', async (test) => {
    withEnvironment(test, { AWS_REGION: 'eu-west-1' });
    const handler = handlerOf(found);
    await assert.rejects(createGetSecretValue(handler)(input, options), { name: 'CredentialsProviderError' });
    assert.deepEqual(handler.requests, []);
  });
});

/** The two ways to call Secrets Manager: of the Lambda function, and of `createAuthorizer`. */
const ways: Record<string, (handler: RequestHandler) => GetSecretValue> = {
  'as plain JSON': createGetSecretValue,
  "by the SDK's whole client": (handler) => {
    const client = createSecretsManagerClient(handler as object);
    return (given, to) => client.send(new GetSecretValueCommand(given), to);
  },
};

for (const [name, wayOn] of Object.entries(ways)) {
  const sourceOn = (handler: RequestHandler) => secretsManagerSource(wayOn(handler), 'approov');
  suite(`GetSecretValue ${name}`, () => {
    const sizes: [title: string, kilobytes: number, expected: RegExp][] = [
      ['an answer of 100 KB is read', 100, /^ok$/],
      ['a larger one is refused', 101, /failed with AnswerTooLarge$/],
      ['an endless one is refused as it arrives', Number.POSITIVE_INFINITY, /failed with AnswerTooLarge$/],
    ];
    for (const [title, kilobytes, expected] of sizes) {
      test(title, async (test) => {
        withEnvironment(test, lambda);
        let sent = 0;
        let isClosed = false;
        function* body() {
          const [head, tail] = ['{"SecretString":"', '"}'];
          try {
            for (; sent < kilobytes; sent += 1) {
              const [before, after] = [sent === 0 ? head : '', sent === kilobytes - 1 ? tail : ''];
              yield Buffer.from(before + 'x'.repeat(1024 - before.length - after.length) + after);
            }
          } finally {
            isClosed = true;
          }
        }
        const source = sourceOn({
          handle: async () => ({
            response: new HttpResponse({ statusCode: 200, headers: {}, body: Readable.from(body()) }),
          }),
        });
        const outcome = await source('AWSCURRENT', options.abortSignal).then(
          () => 'ok',
          (error: Error) => error.message,
        );
        assert.match(outcome, expected);
        assert.ok(isClosed && sent < 200, `${sent} KB`);
      });
    }

    for (const minutes of [10, -10]) {
      test(`a clock that is ${minutes} minutes off is corrected by the answer to the first call`, async (test) => {
        withEnvironment(test, lambda);
        test.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
        const signedAt: number[] = [];
        const source = sourceOn({ handle: async ({ headers }) => ({ response: answer(headers) }) });
        await assert.rejects(source('AWSCURRENT', options.abortSignal), {
          message: 'GetSecretValue failed with InvalidSignatureException',
        });
        test.mock.timers.setTime(1_800_000_060_000);
        assert.equal((await source('AWSCURRENT', options.abortSignal))?.text, 'c2VjcmV0');
        assert.deepEqual(signedAt, [1_800_000_000_000, 1_800_000_060_000 + minutes * 60_000]);

        /** Refuses a signature that is more than five minutes off, as AWS does. */
        function answer(headers: HttpRequest['headers']): HttpResponse {
          const awsTime = Date.now() + minutes * 60_000;
          const signed = String(headers['x-amz-date']).replace(
            /^(....)(..)(..T..)(..)/,
            (_, year, month, rest, minute) => `${year}-${month}-${rest}:${minute}:`,
          );
          signedAt.push(Date.parse(signed));
          const isSkewed = Math.abs(Date.parse(signed) - awsTime) > 300_000;
          const body = isSkewed ? '{"__type":"InvalidSignatureException"}' : found.body;
          return new HttpResponse({
            statusCode: isSkewed ? 400 : 200,
            headers: { date: new Date(awsTime).toUTCString() },
            body: Readable.from([Buffer.from(body)]),
          });
        }
      });
    }
  });
}

test('the date of an answer to a call that was frozen says nothing about the clock', async (test) => {
  withEnvironment(test, lambda);
  test.mock.timers.enable({ apis: ['Date'], now: 1_800_000_000_000 });
  const dates: string[] = [];
  const getSecretValue = createGetSecretValue({
    async handle({ headers }) {
      dates.push(String(headers['x-amz-date']));
      const date = new Date().toUTCString();
      if (dates.length === 1) test.mock.timers.setTime(1_800_000_600_000);
      return {
        response: new HttpResponse({
          statusCode: 200,
          headers: { date },
          body: Readable.from([Buffer.from(found.body)]),
        }),
      };
    },
  });
  await getSecretValue(input, options);
  await getSecretValue(input, options);
  assert.deepEqual(dates, ['20270115T080000Z', '20270115T081000Z']);
});
