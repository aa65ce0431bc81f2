// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders

import { accessLogFormat } from '../../stack/accessLogFormat.ts';
import { routeThrottling } from '../../stack/floodLimits.ts';
import { identitySources } from '../../stack/gatewayCaching.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { invokePermission } from '../../stack/invokePermission.ts';
import { logGroup } from '../../stack/logGroup.ts';
import { afterAccountLogging } from './apis.ts';
import { hasWebsocket } from './functions.ts';
import { invocationUri } from './openApi.ts';

const ApiId = cfn.ref('WebsocketApi');

/**
 * The WebSocket API, when it is asked for. The token is checked when the connection is opened. It is made of API
 * Gateway's own types, because SAM's `AWS::Serverless::WebSocketApi` loses a resource's Condition.
 */
export function websocketApi(): Section {
  const resources: Record<string, TemplateValue> = {
    WebsocketApi: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: {
        Name: cfn.sub('${AWS::StackName}-websocket'),
        Description: afterAccountLogging,
        ProtocolType: 'WEBSOCKET',
        RouteSelectionExpression: '$request.body.action',
      },
    },
    WebsocketAuthorizer: {
      Type: 'AWS::ApiGatewayV2::Authorizer',
      Properties: {
        ApiId,
        Name: 'approov',
        AuthorizerType: 'REQUEST',
        AuthorizerUri: invocationUri('AuthorizerFunction'),
        IdentitySource: cfn.if(
          'WebsocketHasNoSources',
          [],
          cfn.split(',', identitySources('route.request.header.')),
        ),
      },
    },
    WebsocketIntegration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: invocationUri('HelloFunction'),
      },
    },
    WebsocketConnectRoute: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId,
        RouteKey: '$connect',
        AuthorizationType: 'CUSTOM',
        AuthorizerId: cfn.ref('WebsocketAuthorizer'),
        Target: cfn.sub('integrations/${WebsocketIntegration}'),
      },
    },
    WebsocketDefaultRoute: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId,
        RouteKey: '$default',
        // API Gateway lets only $connect have an authorizer.
        AuthorizationType: 'NONE',
        RouteResponseSelectionExpression: '$default',
        Target: cfn.sub('integrations/${WebsocketIntegration}'),
      },
    },
    WebsocketDefaultRouteResponse: {
      Type: 'AWS::ApiGatewayV2::RouteResponse',
      Properties: { ApiId, RouteId: cfn.ref('WebsocketDefaultRoute'), RouteResponseKey: '$default' },
    },
    WebsocketStage: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: {
        ApiId,
        StageName: cfn.ref('StageName'),
        AutoDeploy: true,
        DefaultRouteSettings: routeThrottling,
        AccessLogSettings: {
          DestinationArn: cfn.att('WebsocketAccessLogGroup', 'Arn'),
          Format: accessLogFormat.websocket,
        },
      },
    },
    WebsocketAuthorizerPermission: invokePermission('AuthorizerFunction', 'WebsocketApi', 'authorizers/*'),
    WebsocketHelloPermission: invokePermission('HelloFunction', 'WebsocketApi', '${StageName}/*'),
  };
  const conditional = Object.entries(resources).map(([id, resource]) => [
    id,
    withCondition(resource as Section),
  ]);
  return { ...Object.fromEntries(conditional), WebsocketAccessLogGroup: logGroup(hasWebsocket) };
}

function withCondition({ Type, ...rest }: Section): Section {
  return { Type, Condition: hasWebsocket, ...rest } as Section;
}
