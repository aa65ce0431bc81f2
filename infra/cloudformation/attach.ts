// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { floodConditions, reservedConcurrency } from '../stack/floodLimits.ts';
import { functionRole } from '../stack/functionRole.ts';
import { cachingConditions, identitySources, ttlSeconds } from '../stack/gatewayCaching.ts';
import { cfn, type TemplateValue } from '../stack/intrinsics.ts';
import { invokePermission } from '../stack/invokePermission.ts';
import { lambda } from '../stack/lambda.ts';
import { logGroup, logGroupConditions } from '../stack/logGroup.ts';
import type { Template } from '../stack/template.ts';
import {
  settingTemplateParameters,
  settingVariables,
  templateParameters,
} from '../stack/templateParameters.ts';
import {
  accountKeyArn,
  secretArn,
  secretConditions,
  secretOutput,
  secretResources,
  secretStatements,
} from '../stack/templateSecrets.ts';

const output = (Description: string, Value: TemplateValue) => ({ Description, Value });
const sources = (kind: string, selector: string, noSources = 'HasNoIdentitySource') =>
  output(
    `Identity sources to give the authorizer of ${kind}`,
    cfn.if(noSources, 'none', identitySources(selector)),
  );

/** infra/cloudformation/attach.yaml: the authorizer function alone, for an existing API. */
export const attachTemplate: Template = {
  description: 'Approov authorizer function for an existing API Gateway API. Instructions: docs/attach.md',
  parameters: [
    {
      comment: 'The package, and the API that may invoke it.',
      entries: templateParameters('codeBucket', 'codeKey', 'apiId'),
    },
    { comment: 'Secrets.', entries: templateParameters('secretArn', 'accountKeyArn', 'kmsKeyArn') },
    {
      comment: 'The function, and the cache of API Gateway.',
      entries: templateParameters(
        'memoryMegabytes',
        'architecture',
        'reservedConcurrency',
        'logRetentionDays',
        'logKmsKeyArn',
        'authorizerTtlSeconds',
      ),
    },
    {
      comment: 'The settings of the authorizer, as in its README. none: unset.',
      entries: settingTemplateParameters,
    },
  ],
  conditions: [
    { comment: 'Which secrets there are.', entries: secretConditions },
    { comment: 'What API Gateway may cache, and by which headers.', entries: cachingConditions },
    {
      comment: 'How the function and its log differ from stack to stack.',
      entries: { ...floodConditions, ...logGroupConditions },
    },
  ],
  resources: [
    {
      comment: 'The function, its log and its role: it may read the secrets in use and write its own log.',
      entries: {
        AuthorizerFunction: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Description: 'Checks Approov tokens for Amazon API Gateway',
            Code: { S3Bucket: cfn.ref('CodeBucket'), S3Key: cfn.ref('CodeKey') },
            Handler: 'index.handler',
            Runtime: lambda.runtime,
            Architectures: [cfn.ref('Architecture')],
            MemorySize: cfn.ref('MemoryMegabytes'),
            Timeout: lambda.timeoutSeconds,
            ReservedConcurrentExecutions: reservedConcurrency,
            Role: cfn.att('AuthorizerRole', 'Arn'),
            LoggingConfig: { LogFormat: 'JSON', LogGroup: cfn.ref('AuthorizerLogGroup') },
            Environment: {
              Variables: {
                APPROOV_SECRET_ID: secretArn,
                APPROOV_ACCOUNT_KEY_ID: accountKeyArn,
                ...settingVariables,
              },
            },
          },
        },
        AuthorizerLogGroup: logGroup(),
        AuthorizerRole: functionRole('AuthorizerLogGroup', secretStatements, 'ReadsSecrets'),
      },
    },
    {
      comment: 'Only the authorizers of the API may invoke it.',
      entries: { InvokePermission: invokePermission('AuthorizerFunction', 'ApiId', 'authorizers/*') },
    },
    {
      comment: 'The secrets that no ARN is given for, empty: npm run secret fills them.',
      entries: secretResources,
    },
  ],
  outputs: [
    {
      comment: 'What to enter in API Gateway.',
      entries: {
        FunctionArn: output('ARN of the authorizer function', cfn.att('AuthorizerFunction', 'Arn')),
        AuthorizerUri: output(
          'What API Gateway calls the authorizer URI',
          cfn.sub(
            'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${AuthorizerFunction.Arn}/invocations',
          ),
        ),
        ResultTtlSeconds: output('Time to live to give the authorizer', cfn.join('', [ttlSeconds])),
        RestIdentitySources: sources('a REST API', 'method.request.header.'),
        HttpIdentitySources: sources('an HTTP API', '$request.header.'),
        WebsocketIdentitySources: sources(
          'a WebSocket API',
          'route.request.header.',
          'WebsocketHasNoSources',
        ),
      },
    },
    {
      comment: 'For npm run secret, and for the observability stack.',
      entries: {
        ...secretOutput,
        FunctionName: output('Name of the authorizer function', cfn.ref('AuthorizerFunction')),
        LogGroupName: output('Name of its log group', cfn.ref('AuthorizerLogGroup')),
      },
    },
  ],
};
