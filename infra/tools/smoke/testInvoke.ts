import {
  APIGatewayClient,
  GetAuthorizerCommand,
  TestInvokeAuthorizerCommand,
  type TestInvokeAuthorizerResponse,
} from '@aws-sdk/client-api-gateway';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { readConfig } from '../../../src/config/readConfig.ts';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import type { Config } from '../../../src/config/settings.ts';
import { type DemoInput, type DemoRequest, demoRequests } from '../approov/demoRequests.ts';
import { headerValue } from '../approov/httpRequest.ts';
import type { Row } from './report.ts';
import { SmokeTargetError } from './target.ts';
import { refusesPlain } from './trial.ts';

/** An authorizer of a REST API. */
export interface RestAuthorizer {
  readonly restApiId: string;
  readonly authorizerId: string;
}

/** An authorizer as API Gateway has it, with the settings of its function. */
export interface AuthorizerTarget extends RestAuthorizer {
  readonly config: Config;
  /** Names of the headers without which API Gateway does not call it. */
  readonly identityHeaders: readonly string[];
}

/** What TestInvokeAuthorizer cannot show. */
export const limits: readonly string[] = [
  'Asked by TestInvokeAuthorizer, whose answer does not show: the context that the backend gets; caching, and the end of a cached Allow;',
  'the status and body that a client gets, which gateway responses decide; message signatures, which need the method, host and query',
  'of a request; what another authorizer on the route does. It is not about HTTP and WebSocket APIs.',
];

/**
 * Finds out about an authorizer, with the caller's own rights.
 *
 * @throws SmokeTargetError when it is no REQUEST authorizer with a function of this project.
 */
export async function authorizerTarget(
  { restApiId, authorizerId }: RestAuthorizer,
  region: string,
): Promise<AuthorizerTarget> {
  const { type, authorizerUri, identitySource } = await new APIGatewayClient({ region }).send(
    new GetAuthorizerCommand({ restApiId, authorizerId }),
  );
  const [, FunctionName] = /\/functions\/(arn:[^/]+)\/invocations$/.exec(authorizerUri ?? '') ?? [];
  if (type !== 'REQUEST' || FunctionName === undefined) {
    throw new SmokeTargetError(
      `authorizer ${authorizerId} is of type ${type}: it must be REQUEST, with a function`,
    );
  }
  const { Environment } = await new LambdaClient({ region }).send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const { config } = readEnvironment(Environment?.Variables ?? {});
  const identityHeaders = [...(identitySource ?? '').matchAll(/method\.request\.header\.([^,\s]+)/g)];
  return {
    restApiId,
    authorizerId,
    config,
    identityHeaders: identityHeaders.map(([, name]) => name as string),
  };
}

/** Lets API Gateway call the authorizer with each of the demo's requests, and compares its answers. */
export async function testInvoke(
  target: AuthorizerTarget,
  input: DemoInput,
  region: string,
): Promise<readonly Row[]> {
  const client = new APIGatewayClient({ region });
  const { restApiId, authorizerId } = target;
  const rows: Row[] = [];
  for (const demo of requestsFor(target.config, input)) {
    const { headers } = demo.request;
    const answer = await client.send(
      new TestInvokeAuthorizerCommand({ restApiId, authorizerId, headers, pathWithQueryString: '/' }),
    );
    const expected = expectedOf(demo, target);
    const got = outcome(answer, input.now + input.usableSeconds + target.config.clockToleranceSeconds + 1);
    const verdict = got === expected ? 'ok' : 'DIFFERS';
    rows.push({ kind: 'rest', title: demo.title, expected, got, logged: '', verdict });
  }
  return rows;
}

/** What {@link authorizerTarget} and {@link testInvoke} call, and the rights to do so. */
export function dryRun(
  { restApiId, authorizerId }: RestAuthorizer,
  secretId: string | undefined,
  region: string,
): string {
  const { config } = readConfig({ secretId: 'secret', bindingHeaders: 'Authorization' }, (name) => name);
  const input = { key: new Uint8Array(64), now: 0, usableSeconds: 0, rules: config };
  const titles = requestsFor(config, input).map(({ title }) => title);
  const [prefix = ''] = /^(cn|us-gov|eusc)-/.exec(region)?.slice(1) ?? [];
  const partition = prefix === '' ? 'aws' : `aws-${prefix}`;
  const path = `/restapis/${restApiId}/authorizers/${authorizerId}`;
  const secret = secretId ?? 'the one in its APPROOV_SECRET_ID';
  return `Nothing is called now. Without --dry-run, in ${region}:

  GetAuthorizer             ${path}
  GetFunctionConfiguration  its function
  GetSecretValue            ${secret}
  TestInvokeAuthorizer      ${path}, once for each of:
                            ${titles.slice(0, -3).join('; ')}
                            and where tokens are bound: ${titles.slice(-3).join('; ')}

Each of the last invokes the function. No route, stage or client is involved, and nothing is changed. Rights:

  apigateway:GET, apigateway:POST  arn:${partition}:apigateway:${region}::${path}
  lambda:GetFunctionConfiguration  its function
  secretsmanager:GetSecretValue    ${secret}; kms:Decrypt where the secret has a KMS key of yours

API Gateway itself needs the right to invoke the function for this authorizer, as for any request:
  lambda:InvokeFunction            with the source ARN arn:${partition}:execute-api:${region}:ACCOUNT:${restApiId}/authorizers/${authorizerId}

${limits.join('\n')}
`;
}

/** TestInvokeAuthorizer names no method and no body, so what differs by them alone is left out. */
function requestsFor(config: Config, input: DemoInput): DemoRequest[] {
  return demoRequests('https://tested.example/', input).filter(
    ({ request, status }) => request.method === 'GET' && (status !== 200 || !refusesPlain({ config })),
  );
}

function expectedOf(
  { request, status, reason }: DemoRequest,
  { config, identityHeaders }: AuthorizerTarget,
): string {
  // API Gateway answers by itself.
  if (identityHeaders.some((name) => headerValue(request.headers, name) === undefined)) return '401';
  if (status === 200 && reason === undefined) return 'Allow until its token ends';
  if (config.mode === 'report-only') return 'Allow without end';
  return config.denial === 'unauthorized' ? '401' : 'Deny';
}

/** @param latest when an Allow must have ended, in seconds since 1970 UTC. */
function outcome({ clientStatus = 0, policy }: TestInvokeAuthorizerResponse, latest: number): string {
  if (clientStatus >= 400) return String(clientStatus);
  const { Statement = [] } = JSON.parse(policy || '{}') as { Statement?: readonly PolicyStatement[] };
  const [statement] = Statement;
  if (Statement.length !== 1 || statement === undefined) return `${Statement.length} statements`;
  if (statement.Effect !== 'Allow') return String(statement.Effect);
  const end = Date.parse(statement.Condition?.DateLessThan?.['aws:CurrentTime'] ?? '') / 1000;
  return end <= latest ? 'Allow until its token ends' : 'Allow without end';
}

interface PolicyStatement {
  readonly Effect?: string;
  readonly Condition?: { readonly DateLessThan?: Readonly<Record<string, string>> };
}
