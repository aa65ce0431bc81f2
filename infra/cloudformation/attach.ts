// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { settings } from '../../src/config/settings.ts';
import { authorizerConditions, authorizerParameters } from '../stack/authorizerParameters.ts';
import { functionRole } from '../stack/functionRole.ts';
import {
  cachingConditions,
  identitySources,
  ttlParameter,
  ttlSeconds,
  unlessReportOnly,
} from '../stack/gatewayCaching.ts';
import { cfn, type Section, type TemplateValue } from '../stack/intrinsics.ts';
import { invokePermission } from '../stack/invokePermission.ts';
import { type ParameterSettingName, settingParameters } from '../stack/settingParameters.ts';
import {
  accountKeyOrUnused,
  secretArn,
  secretResources,
  secretStatements,
} from '../stack/templateSecrets.ts';

const names = (Object.keys(settings) as ParameterSettingName[]).filter(
  (name) => !['secretId', 'accountKeyId'].includes(name),
);

/** infra/cloudformation/attach.yaml: the authorizer function alone, for an API that is there already. */
export function attachTemplate(): Record<string, TemplateValue> {
  // The headers count only with a Binding other than off. A refusal is a Deny, which every kind of API understands.
  const given = settingParameters(names, {
    binding: 'off',
    bindingHeaders: 'Authorization',
    denial: 'policy',
  });
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Approov authorizer function for an existing API Gateway API. Instructions: docs/attach.md',
    Parameters: { ...codeParameters, ...authorizerParameters, ...ttlParameter, ...given.parameters },
    Conditions: { ...authorizerConditions, ...cachingConditions, ...given.conditions },
    Resources: {
      AuthorizerFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Description: 'Checks Approov tokens for Amazon API Gateway',
          Code: { S3Bucket: cfn.ref('CodeBucket'), S3Key: cfn.ref('CodeKey') },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          Architectures: [cfn.ref('Architecture')],
          MemorySize: cfn.ref('MemoryMegabytes'),
          Timeout: 9,
          Role: cfn.att('AuthorizerRole', 'Arn'),
          LoggingConfig: { LogFormat: 'JSON', LogGroup: cfn.ref('AuthorizerLogGroup') },
          Environment: {
            Variables: {
              APPROOV_SECRET_ID: secretArn,
              APPROOV_ACCOUNT_KEY_ID: accountKeyOrUnused,
              ...given.environment,
            },
          },
        },
      },
      AuthorizerLogGroup: {
        Type: 'AWS::Logs::LogGroup',
        Properties: { RetentionInDays: cfn.ref('LogRetentionDays') },
      },
      AuthorizerRole: functionRole('AuthorizerLogGroup', secretStatements),
      InvokePermission: invokePermission('AuthorizerFunction', 'ApiId', 'authorizers/*'),
      ...secretResources,
    },
    Outputs: outputs,
  };
}

const codeParameters: Section = {
  CodeBucket: { Type: 'String', Description: 'S3 bucket that holds the package, in the region of the stack' },
  CodeKey: {
    Type: 'String',
    Description: 'Key of the package, a zip of dist/authorizer/index.cjs. Another key for another version',
  },
  ApiId: {
    Type: 'String',
    Default: '*',
    AllowedPattern: '\\*|[a-z0-9]+',
    Description:
      'Id of the API whose authorizers may call the function. *: those of every API in the account',
  },
};

const outputs: Section = {
  FunctionName: { Description: 'For the observability stack', Value: cfn.ref('AuthorizerFunction') },
  LogGroupName: { Description: 'For the observability stack', Value: cfn.ref('AuthorizerLogGroup') },
  FunctionArn: { Description: 'ARN of the authorizer function', Value: cfn.att('AuthorizerFunction', 'Arn') },
  AuthorizerUri: {
    Description: 'What API Gateway calls the authorizer URI',
    Value: cfn.sub(
      'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthorizerFunction.Arn}/invocations',
    ),
  },
  SecretArn: {
    Description: 'Secret that holds the base64 Approov secret: fill it with npm run secret',
    Value: secretArn,
  },
  ResultTtlSeconds: {
    Description: 'Time to live to give the authorizer in API Gateway',
    Value: cfn.join('', [ttlSeconds]),
  },
  RestIdentitySources: {
    Description: 'Identity sources to give a REST API authorizer',
    Value: unlessReportOnly(identitySources('method.request.header.', ','), 'none'),
  },
  HttpIdentitySources: {
    Description: 'Identity sources to give an HTTP API authorizer',
    Value: unlessReportOnly(identitySources('$request.header.', ','), 'none'),
  },
  WebsocketIdentitySources: {
    Description: 'Identity sources to give a WebSocket API authorizer',
    Value: unlessReportOnly(identitySources('route.request.header.', ','), 'none'),
  },
};
