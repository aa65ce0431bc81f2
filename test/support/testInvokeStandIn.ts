import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { readEnvironment } from '../../src/config/readEnvironment.ts';
import { startAuthorizer } from '../../src/start.ts';
import { arnOf } from '../cases/eventOf.ts';
import { listening } from './ports.ts';
import { sourceOf } from './secrets.ts';

/** Looks at what a call sends and gets, by the operation's name. */
export type CallCheck = (
  operation: string,
  direction: 'input' | 'output',
  value: object,
  path: string,
) => void;

/** How the stand-in is set up, and where it is wrong. */
export interface TestInvokeOptions {
  /** The function's variables. */
  readonly variables: Readonly<Record<string, string>>;
  /** The secret in base64. */
  readonly secret: string;
  readonly identitySource?: string;
  readonly type?: string;
  readonly fault?: 'asks without identity source' | 'allows all' | 'denies all' | 'allows for ever' | 'fails';
  readonly check?: CallCheck;
}

interface Policy {
  readonly Statement: [{ Effect: string; Condition?: unknown }];
}

const functionArn = 'arn:aws:lambda:eu-west-1:123456789012:function:approov';

/**
 * What API Gateway and Lambda answer to `npm run smoke -- --rest-api ID --authorizer ID`, with this project's authorizer as
 * the function.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeAuthorizer.html
 */
export async function startTestInvokeStandIn(options: TestInvokeOptions) {
  const { variables, secret, fault, check = () => undefined } = options;
  const { identitySource = 'method.request.header.Approov-Token', type = 'REQUEST' } = options;
  const { config } = readEnvironment(variables);
  const authorizer = startAuthorizer(config, [], {
    sourceOf: () => sourceOf(secret),
    write: () => undefined,
  });
  const calls: string[] = [];

  async function invoke(headers: Readonly<Record<string, string>>): Promise<object> {
    const sent = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    const names = [...identitySource.matchAll(/header\.([^,]+)/g)].map(([, name]) =>
      (name as string).toLowerCase(),
    );
    const isMissing = names.some((name) => !sent.get(name));
    if (isMissing && fault !== 'asks without identity source')
      return { clientStatus: 401, log: 'Unauthorized', latency: 1 };
    const event = {
      type: 'REQUEST',
      methodArn: arnOf('/GET/', 'ESTestInvoke-stage'),
      resource: '/',
      path: '/',
      httpMethod: 'GET',
      headers,
      requestContext: {
        stage: 'test-invoke-stage',
        apiId: 'abc123',
        requestId: 'r',
        path: '/',
        httpMethod: 'GET',
      },
    };
    const answer = await authorizer(event).catch((error: Error) => error);
    if (fault === 'fails') return { clientStatus: 500, log: 'AuthorizerConfigurationException', latency: 1 };
    if (answer instanceof Error) {
      return { clientStatus: answer.message === 'Unauthorized' ? 401 : 500, log: answer.message, latency: 1 };
    }
    const policy = structuredClone(answer.policyDocument) as unknown as Policy;
    if (fault === 'allows all') policy.Statement[0].Effect = 'Allow';
    if (fault === 'denies all') policy.Statement[0].Effect = 'Deny';
    if (fault === 'allows for ever') delete policy.Statement[0].Condition;
    const { principalId } = answer;
    return {
      clientStatus: 0,
      log: 'Execution log',
      latency: 12,
      principalId,
      policy: JSON.stringify(policy),
    };
  }

  const server = createServer(async (request, response) => {
    const { method, url = '' } = request;
    const [, restApiId, authorizerId] = /^\/restapis\/([^/]+)\/authorizers\/([^/]+)$/.exec(url) ?? [];
    const [, FunctionName] = /^\/2015-03-31\/functions\/([^/]+)\/configuration$/.exec(url) ?? [];
    const operation =
      FunctionName !== undefined
        ? 'GetFunctionConfiguration'
        : method === 'POST'
          ? 'TestInvokeAuthorizer'
          : 'GetAuthorizer';
    calls.push(operation);
    const body =
      method === 'POST' ? ((await json(request)) as { headers: Record<string, string> }) : { headers: {} };
    const input =
      FunctionName !== undefined
        ? { FunctionName: decodeURIComponent(FunctionName) }
        : { restApiId, authorizerId };
    check(operation, 'input', method === 'POST' ? { ...input, ...body } : input, `${method} ${url}`);
    const uri = `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
    const answers: Record<string, () => object | Promise<object>> = {
      GetFunctionConfiguration: () => ({ FunctionArn: functionArn, Environment: { Variables: variables } }),
      GetAuthorizer: () => ({ id: authorizerId, name: 'approov', type, authorizerUri: uri, identitySource }),
      TestInvokeAuthorizer: () => invoke(body.headers),
    };
    const output = (await answers[operation]?.()) as object;
    check(operation, 'output', output, '');
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(output));
  });
  const endpoint = `http://127.0.0.1:${await listening(server)}`;
  return {
    /** Names of the operations that were called. */
    calls,
    /** Variables that lead the SDK to it. */
    environment: { AWS_ENDPOINT_URL_API_GATEWAY: endpoint, AWS_ENDPOINT_URL_LAMBDA: endpoint },
    close: () => server.close(),
  };
}
