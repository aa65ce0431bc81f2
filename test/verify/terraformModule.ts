import assert from 'node:assert/strict';
import type { StackPlan } from '../../infra/stack/plan.ts';
import { readEnvironment } from '../../src/config/readEnvironment.ts';

/** A resource as `terraform show -json` has it, planned or made. */
export interface TerraformResource {
  readonly type: string;
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: each type of resource has its own values
  readonly values: any;
}

/** What a module's authorizers and their function must be. */
export type ExpectedModule = Pick<
  StackPlan,
  'headers' | 'webSocketHeaders' | 'ttlSeconds' | 'isSimpleResponse' | 'environment' | 'gatewayResponses'
>;

/**
 * Asserts what follows from the settings of a module that has an API of each kind: identity sources, cache time, variables,
 * rights and gateway responses.
 *
 * @returns the secrets that the function reads
 */
export function assertModule(resources: readonly TerraformResource[], expected: ExpectedModule) {
  const valuesOf = (type: string, name: string) =>
    resources
      .filter((resource) => resource.type === type && resource.name === name)
      .map(({ values }) => values);
  const [rest] = valuesOf('aws_api_gateway_authorizer', 'this');
  const [http] = valuesOf('aws_apigatewayv2_authorizer', 'http');
  const [webSocket] = valuesOf('aws_apigatewayv2_authorizer', 'websocket');
  const { headers, webSocketHeaders, ttlSeconds } = expected;
  assert.deepEqual(
    {
      types: [rest.type, http.authorizer_type, webSocket.authorizer_type],
      rest: [rest.identity_source, rest.authorizer_result_ttl_in_seconds],
      http: [http.identity_sources, http.authorizer_result_ttl_in_seconds, http.enable_simple_responses],
      webSocket: webSocket.identity_sources,
    },
    {
      types: ['REQUEST', 'REQUEST', 'REQUEST'],
      rest: [
        headers.map((header) => `method.request.header.${header}`).join(',') || 'context.identity.sourceIp',
        ttlSeconds,
      ],
      http: [
        headers.map((header) => `$request.header.${header}`).sort(),
        ttlSeconds,
        expected.isSimpleResponse,
      ],
      webSocket: webSocketHeaders.map((header) => `route.request.header.${header}`).sort(),
    },
  );
  const [{ environment }] = valuesOf('aws_lambda_function', 'this');
  assert.doesNotThrow(() => readEnvironment(environment[0].variables));
  const { APPROOV_SECRET_ID, APPROOV_ACCOUNT_KEY_ID, ...variables } = environment[0].variables;
  assert.deepEqual(variables, expected.environment);
  const responses = valuesOf('aws_api_gateway_gateway_response', 'this').map((response) => ({
    type: response.response_type,
    status: response.status_code,
    templates: response.response_templates,
  }));
  assert.deepEqual(new Set(responses), new Set(expected.gatewayResponses));
  const secrets = [APPROOV_SECRET_ID, APPROOV_ACCOUNT_KEY_ID].filter((arn) => arn !== undefined);
  const [{ policy }] = valuesOf('aws_iam_role_policy', 'this');
  const [{ name: logGroup }] = valuesOf('aws_cloudwatch_log_group', 'this');
  const rights = [
    {
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: `arn:aws:logs:eu-west-1:123456789012:log-group:${logGroup}:*`,
    },
    ...(secrets.length > 0 ? [{ Action: 'secretsmanager:GetSecretValue', Resource: secrets }] : []),
  ];
  assert.deepEqual(
    JSON.parse(policy).Statement,
    rights.map((right) => ({ Effect: 'Allow', ...right })),
  );
  return { APPROOV_SECRET_ID, APPROOV_ACCOUNT_KEY_ID };
}
