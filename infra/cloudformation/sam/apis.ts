// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders

import { accessLogFormat } from '../../stack/accessLogFormat.ts';
import { afterAccountLogging } from '../../stack/accountLogging.ts';
import { identitySources, ttlSeconds, unlessReportOnly } from '../../stack/gatewayCaching.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { logGroup } from './functions.ts';
import { authorizerPermission, invocationUri, openApi } from './openApi.ts';

const corsHeaders =
  'Content-Type,${TokenHeader},Approov-Status,${BindingHeaders},Signature,Signature-Input,Content-Digest';
const corsMethods = 'GET,POST,OPTIONS';

/** The REST API: the only kind with responses of its own, so a refusal is a 401 with its reason in the access log. */
export function restApi(): Section {
  return {
    RestApi: {
      Type: 'AWS::Serverless::Api',
      Properties: {
        Name: cfn.sub('${AWS::StackName}-rest'),
        Description: afterAccountLogging,
        StageName: cfn.ref('StageName'),
        EndpointConfiguration: { Type: 'REGIONAL' },
        OpenApiVersion: '3.0.1',
        DefinitionBody: openApi('REST', '1.0', {
          type: 'request',
          identitySource: unlessReportOnly(identitySources('method.request.header.', ',')),
          authorizerResultTtlInSeconds: ttlSeconds,
          authorizerUri: invocationUri('RestAuthorizerFunction'),
        }),
        // OPTIONS stays open: a browser asks before it has a token to send.
        Cors: {
          AllowOrigin: cfn.sub("'${CorsOrigin}'"),
          AllowHeaders: cfn.sub(`'${corsHeaders}'`),
          AllowMethods: `'${corsMethods}'`,
        },
        GatewayResponses: {
          ACCESS_DENIED: emptyAnswer('401'),
          UNAUTHORIZED: emptyAnswer('401'),
          AUTHORIZER_FAILURE: emptyAnswer('500'),
          AUTHORIZER_CONFIGURATION_ERROR: emptyAnswer('500'),
        },
        AccessLogSetting: {
          DestinationArn: cfn.att('RestAccessLogGroup', 'Arn'),
          Format: accessLogFormat.rest,
        },
      },
    },
    RestAccessLogGroup: logGroup(),
    RestAuthorizerPermission: authorizerPermission('RestAuthorizerFunction', 'RestApi'),
  };
}

/** The HTTP API, payload 2.0. */
export function httpApi(): Section {
  return {
    HttpApi: {
      Type: 'AWS::Serverless::HttpApi',
      Properties: {
        StageName: '$default',
        FailOnWarnings: true,
        DefinitionBody: openApi('HTTP', '2.0', {
          type: 'request',
          identitySource: unlessReportOnly(identitySources('$request.header.', ', ')),
          authorizerResultTtlInSeconds: ttlSeconds,
          authorizerUri: invocationUri('HttpAuthorizerFunction'),
          authorizerPayloadFormatVersion: '2.0',
          enableSimpleResponses: cfn.if('AnswersSimply', true, false),
        }),
        CorsConfiguration: {
          AllowOrigins: [cfn.ref('CorsOrigin')],
          AllowHeaders: cfn.split(',', cfn.sub(corsHeaders)),
          AllowMethods: corsMethods.split(','),
        },
        AccessLogSettings: {
          DestinationArn: cfn.att('HttpAccessLogGroup', 'Arn'),
          Format: accessLogFormat.http,
        },
      },
    },
    HttpAccessLogGroup: logGroup(),
    HttpAuthorizerPermission: authorizerPermission('HttpAuthorizerFunction', 'HttpApi'),
  };
}

/** A status with an empty object: no clue for an attacker, and headers that let a browser see it. */
function emptyAnswer(status: string): TemplateValue {
  return {
    StatusCode: status,
    ResponseTemplates: { 'application/json': '{}' },
    ResponseParameters: { Headers: { 'Access-Control-Allow-Origin': cfn.sub("'${CorsOrigin}'") } },
  };
}
