import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';

/** What an API's OpenAPI document is made of. */
interface OpenApi {
  readonly title: string;
  /** Path of the sample backend. */
  readonly path: string;
  /** Payload version of the event that Hello gets. */
  readonly payloadFormatVersion: string;
  /** What the integration changes about a request. */
  readonly requestParameters?: TemplateValue;
  /** The `x-amazon-apigateway-authorizer`. */
  readonly authorizer: TemplateValue;
  /** REST alone: HTTP APIs do not know it, and refuse it where warnings fail an import. */
  readonly authtype?: 'custom';
}

/**
 * OpenAPI for API Gateway with the one route of the sample backend, guarded by the authorizer.
 *
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html}
 */
export function openApi(api: OpenApi): TemplateValue {
  const { title, path, payloadFormatVersion, requestParameters, authorizer, authtype } = api;
  const operation = {
    security: [{ approov: [] }],
    responses: { 200: { description: 'The greeting' } },
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      payloadFormatVersion,
      uri: invocationUri('HelloFunction'),
      requestParameters,
    },
  };
  return {
    openapi: '3.0.1',
    info: { title: cfn.sub(`\${AWS::StackName} ${title}`), version: '1.0' },
    paths: { [path]: { get: operation, post: operation } },
    components: {
      securitySchemes: {
        approov: {
          type: 'apiKey',
          in: 'header',
          // API Gateway's word for: as the extension says.
          name: 'Unused',
          'x-amazon-apigateway-authtype': authtype,
          'x-amazon-apigateway-authorizer': authorizer,
        },
      },
    },
  };
}

/**
 * An authorizer with and without identity sources. The condition chooses between whole authorizers, because `sam local`
 * cannot evaluate an `Fn::If` that holds `AWS::NoValue`.
 */
export function openApiAuthorizer(identitySource: TemplateValue, rest: Section): TemplateValue {
  const authorizer = { type: 'request', authorizerUri: invocationUri('AuthorizerFunction'), ...rest };
  return cfn.if(
    'HasNoIdentitySource',
    { ...authorizer, authorizerResultTtlInSeconds: 0 },
    { ...authorizer, identitySource },
  );
}

/** Where API Gateway calls a function of the stack. */
export function invocationUri(id: string): TemplateValue {
  return cfn.sub(
    `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${id}.Arn}/invocations`,
  );
}
