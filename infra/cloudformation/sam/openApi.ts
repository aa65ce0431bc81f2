import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';

/**
 * OpenAPI for API Gateway with the one route of the sample backend, guarded by the authorizer.
 *
 * @param title of the API.
 * @param payloadFormatVersion of what Hello gets.
 * @param authorizer the `x-amazon-apigateway-authorizer`.
 * @see {@link https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html}
 */
export function openApi(title: string, payloadFormatVersion: string, authorizer: Section): TemplateValue {
  const operation = {
    security: [{ approov: [] }],
    responses: {
      200: { description: 'The greeting' },
      401: { description: 'No good Approov token' },
    },
    'x-amazon-apigateway-integration': {
      type: 'aws_proxy',
      httpMethod: 'POST',
      payloadFormatVersion,
      uri: invocationUri('HelloFunction'),
    },
  };
  return {
    openapi: '3.0.1',
    info: { title: cfn.sub(`\${AWS::StackName} ${title}`), version: '1.0' },
    paths: { '/hello': { get: operation, post: operation } },
    components: {
      securitySchemes: {
        approov: {
          type: 'apiKey',
          in: 'header',
          // API Gateway's word for: as the extension says.
          name: 'Unused',
          'x-amazon-apigateway-authtype': 'custom',
          'x-amazon-apigateway-authorizer': authorizer,
        },
      },
    },
  };
}

/** Where API Gateway calls a function of the stack. */
export function invocationUri(id: string): TemplateValue {
  return cfn.sub(
    `arn:\${AWS::Partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${${id}.Arn}/invocations`,
  );
}

/** Lets the authorizers of one API call a function, and nobody else. */
export function authorizerPermission(functionId: string, apiId: string) {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: cfn.att(functionId, 'Arn'),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: cfn.sub(
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/authorizers/*`,
      ),
    },
  };
}
