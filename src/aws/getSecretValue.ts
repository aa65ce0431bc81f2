import { errorTypeRegistries, GetSecretValue$ } from '@aws-sdk/client-secrets-manager';
import { AwsJson1_1Protocol } from '@aws-sdk/core/protocols';
import { fromEnv } from '@aws-sdk/credential-provider-env';
import { fromBase64, fromUtf8, Hash, toBase64, toUtf8 } from '@smithy/core/serde';
import { parseUrl } from '@smithy/core/transport';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { HashConstructor, HttpRequest, HttpResponse, SerdeFunctions } from '@smithy/types';
import { requestHandlerOptions } from './requestHandlerOptions.ts';
import { secretsManagerEndpoint } from './secretsManagerEndpoint.ts';
import type { CallOptions, GetSecretValue } from './secretsManagerSource.ts';

/** Sends one HTTP request: the SDK's own handler, or a test's. */
export interface RequestHandler {
  handle(request: HttpRequest, options: CallOptions): Promise<{ response: HttpResponse }>;
}

/**
 * GetSecretValue on the AWS SDK's own parts: its schemas, its JSON protocol, its credentials, signer and HTTP handler,
 * without the client that puts them together for every service and every setting, and is a quarter of a cold start.
 * Region, endpoint and credentials come from the environment variables that the Lambda runtime sets, at every call.
 *
 * @returns makes the call; throws SecretFetchError `InvalidEndpointConfiguration`, CredentialsProviderError before anything
 *   is sent
 */
export function createGetSecretValue(
  requestHandler: RequestHandler = new NodeHttpHandler(requestHandlerOptions),
): GetSecretValue {
  const [, namespace, name, traits, input, output] = GetSecretValue$;
  const operation = { namespace, name, traits, input, output };
  const protocol = new AwsJson1_1Protocol({
    defaultNamespace: namespace,
    errorTypeRegistries,
    serviceTarget: 'secretsmanager',
  });
  return async (values, options) => {
    const { region, url } = secretsManagerEndpoint(process.env);
    const endpoint = async () => parseUrl(url);
    const request = await protocol.serializeRequest(operation, values, { ...serde, endpoint });
    Object.assign(request.headers, {
      host: url.host,
      'content-length': String(Buffer.byteLength(request.body)),
      'user-agent': 'approov-apigateway-authorizer',
    });
    const signer = new SignatureV4({ service: 'secretsmanager', region, credentials: fromEnv(), sha256 });
    const { response } = await requestHandler.handle(await signer.sign(request), options);
    return protocol.deserializeResponse(operation, serde, response);
  };
}

const serde: SerdeFunctions = {
  streamCollector,
  utf8Encoder: toUtf8,
  utf8Decoder: fromUtf8,
  base64Encoder: toBase64,
  base64Decoder: fromBase64,
};

const sha256: HashConstructor = Hash.bind(null, 'sha256');
