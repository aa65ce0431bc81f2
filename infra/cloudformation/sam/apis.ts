// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { accessLogFormat } from '../../stack/accessLogFormat.ts';
import { corsHeaders, corsMethods, corsSigningHeaders } from '../../stack/cors.ts';
import { methodThrottling, routeThrottling } from '../../stack/floodLimits.ts';
import { identitySources, ttlSeconds, userHeader } from '../../stack/gatewayCaching.ts';
import { arcBody, emptyBody, gatewayResponses } from '../../stack/gatewayResponses.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { invokePermission } from '../../stack/invokePermission.ts';
import { logGroup } from '../../stack/logGroup.ts';
import { openApi, openApiAuthorizer } from './openApi.ts';

/**
 * Headers that a browser may send, joined.
 *
 * @param quote goes around them.
 */
function allowedHeaders(quote = ''): TemplateValue {
  const headers = [...corsHeaders, '${TokenHeader}', ...corsSigningHeaders].join(',');
  return cfn.join('', [
    cfn.sub(`${quote}${headers}`),
    cfn.if('HasBindingHeaders', cfn.sub(',${BindingHeaders}'), ''),
    cfn.if('ChecksUsers', cfn.join(',', ['', userHeader]), ''),
    quote,
  ]);
}

/**
 * Description of an API whose stages have an access log. A stage is refused one while the account has no role for it,
 * and a DependsOn cannot name a resource that a condition may leave out: naming it here makes the API wait for it.
 */
export const afterAccountLogging = cfn.if(
  'CreatesLogRole',
  cfn.sub('Checks Approov tokens. Access logs by account setting ${ApiGatewayAccount}'),
  'Checks Approov tokens. Access logs by the role that the account has',
);

/** The REST API: the only kind with responses of its own, so that a refusal is a 401. */
export const restApi: Section = {
  RestApi: {
    Type: 'AWS::Serverless::Api',
    Properties: {
      Name: cfn.sub('${AWS::StackName}-rest'),
      Description: afterAccountLogging,
      StageName: cfn.ref('StageName'),
      EndpointConfiguration: { Type: 'REGIONAL' },
      OpenApiVersion: '3.0.1',
      DefinitionBody: openApi({
        title: 'REST',
        path: '/rest/hello',
        payloadFormatVersion: '1.0',
        authtype: 'custom',
        authorizer: openApiAuthorizer(identitySources('method.request.header.'), {
          authorizerResultTtlInSeconds: ttlSeconds,
        }),
      }),
      // OPTIONS stays open: a browser asks before it has a token to send.
      Cors: {
        AllowOrigin: cfn.sub("'${CorsOrigin}'"),
        AllowHeaders: allowedHeaders("'"),
        AllowMethods: `'${corsMethods.join(',')}'`,
      },
      GatewayResponses: Object.fromEntries(
        gatewayResponses.map(({ type, status }) => [
          type,
          {
            StatusCode: status,
            ResponseTemplates: type === 'ACCESS_DENIED' ? cfn.if('ShowsArc', arcBody, emptyBody) : emptyBody,
            ResponseParameters: { Headers: { 'Access-Control-Allow-Origin': cfn.sub("'${CorsOrigin}'") } },
          },
        ]),
      ),
      MethodSettings: methodThrottling,
      AccessLogSetting: {
        DestinationArn: cfn.att('RestAccessLogGroup', 'Arn'),
        Format: accessLogFormat.rest,
      },
    },
  },
  RestAccessLogGroup: logGroup(),
  RestAuthorizerPermission: invokePermission('AuthorizerFunction', 'RestApi', 'authorizers/*'),
  RestHelloPermission: invokePermission('HelloFunction', 'RestApi', '*/*/rest/hello'),
};

/** The HTTP API, payload 2.0. */
export const httpApi: Section = {
  HttpApi: {
    Type: 'AWS::Serverless::HttpApi',
    Properties: {
      StageName: cfn.ref('StageName'),
      FailOnWarnings: true,
      DefinitionBody: openApi({
        title: 'HTTP',
        path: '/http/hello',
        payloadFormatVersion: '2.0',
        requestParameters: cfn.if('HidesToken', { 'remove:header.Approov-Token': "''" }),
        authorizer: openApiAuthorizer(identitySources('$request.header.'), {
          authorizerResultTtlInSeconds: ttlSeconds,
          authorizerPayloadFormatVersion: '2.0',
          enableSimpleResponses: cfn.if('AnswersSimply', true, false),
        }),
      }),
      CorsConfiguration: {
        AllowOrigins: [cfn.ref('CorsOrigin')],
        AllowHeaders: cfn.split(',', allowedHeaders()),
        AllowMethods: corsMethods,
      },
      DefaultRouteSettings: routeThrottling,
      AccessLogSettings: {
        DestinationArn: cfn.att('HttpAccessLogGroup', 'Arn'),
        Format: accessLogFormat.http,
      },
    },
  },
  // CloudWatch Logs keeps one resource policy for all groups that HTTP APIs write to, and its length is limited, unless their
  // names begin so.
  HttpAccessLogGroup: logGroup(undefined, cfn.sub('/aws/vendedlogs/http-api/${AWS::StackName}')),
  HttpAuthorizerPermission: invokePermission('AuthorizerFunction', 'HttpApi', 'authorizers/*'),
  HttpHelloPermission: invokePermission('HelloFunction', 'HttpApi', '*/*/http/hello'),
};
