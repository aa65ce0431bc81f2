import { createHash, createHmac } from 'node:crypto';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, HttpRequest, HttpResponse, SourceData } from '@smithy/types';
import { timeLimits } from '../keys/call.ts';
import { requestHandlerOptions } from './client.ts';
import { readAnswer } from './readAnswer.ts';
import { type Environment, secretsManagerEndpoint } from './secretsManagerEndpoint.ts';
import type { GetSecretValue } from './secretsManagerSource.ts';

/** Sends one HTTP request: the SDK's own handler, or a test's. */
export interface RequestHandler {
  handle(request: HttpRequest, options: Parameters<GetSecretValue>[1]): Promise<{ response: HttpResponse }>;
}

/**
 * Makes GetSecretValue calls in plain JSON, with the signer and the HTTP handler of the AWS SDK. The SDK's client,
 * which serves every operation and every setting, is half of a cold start. Region, endpoint and credentials come from
 * the environment variables that the Lambda runtime sets, at every call.
 *
 * Like the SDK's client, it signs with AWS's time: the date of each answer shows how far this clock is off.
 *
 * @returns makes the call; throws FetchError `InvalidEndpointConfiguration`, CredentialsProviderError before
 *   anything is sent
 * @see {@link https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html}
 */
export function createGetSecretValue(
  requestHandler: RequestHandler = new NodeHttpHandler(requestHandlerOptions),
): GetSecretValue {
  /** How far AWS's clock is ahead of this one, in milliseconds. */
  let clockOffset = 0;
  return async (input, options) => {
    const environment: Environment = Object.assign(Object.create(null), process.env);
    const { region, url } = secretsManagerEndpoint(environment);
    const credentials = lambdaCredentials(environment);
    const signer = new SignatureV4({ service: 'secretsmanager', region, credentials, sha256: Sha256 });
    const sentAt = Date.now();
    const request = await signer.sign(requestOf(url, JSON.stringify(input)), {
      signingDate: new Date(sentAt + clockOffset),
    });
    const { response } = await requestHandler.handle(request, options);
    const receivedAt = Date.now();
    const serverTime = Date.parse(response.headers.date ?? '');
    // A date that took long to arrive, as across a freeze, says nothing about the clock.
    const isRecent = receivedAt - sentAt <= timeLimits.leftOver;
    if (isRecent && Number.isFinite(serverTime)) clockOffset = serverTime - receivedAt;
    return readAnswer(response);
  };
}

function requestOf(url: URL, body: string): HttpRequest {
  return {
    method: 'POST',
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname.endsWith('/') ? url.pathname : `${url.pathname}/`,
    query: {},
    headers: {
      host: url.host,
      'content-type': 'application/x-amz-json-1.1',
      'content-length': String(Buffer.byteLength(body)),
      'user-agent': 'approov-apigateway-authorizer',
      'x-amz-target': 'secretsmanager.GetSecretValue',
    },
    body,
  };
}

/** @see {@link https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime} */
function lambdaCredentials(environment: Environment): AwsCredentialIdentity {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = environment;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    // The name that the SDK's client uses.
    throw Object.assign(new Error('no credentials'), { name: 'CredentialsProviderError' });
  }
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
  };
}

/** SHA-256, or its HMAC when there is a secret, as the signer takes it. */
class Sha256 {
  readonly #hash;

  constructor(secret?: SourceData) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as Uint8Array);
  }

  update(data: SourceData): void {
    this.#hash.update(data as Uint8Array);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}
