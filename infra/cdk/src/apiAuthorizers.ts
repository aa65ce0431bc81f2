import { Duration, Stack } from 'aws-cdk-lib';
import {
  AuthorizationType,
  CfnAuthorizer,
  CfnGatewayResponse,
  type IAuthorizer,
  type IRestApi,
} from 'aws-cdk-lib/aws-apigateway';
import {
  AuthorizerPayloadVersion,
  HttpAuthorizer,
  HttpAuthorizerType,
  type IHttpApi,
  type IHttpRouteAuthorizer,
  type IWebSocketApi,
  type IWebSocketRouteAuthorizer,
  WebSocketAuthorizer,
  WebSocketAuthorizerType,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IConstruct } from 'constructs';
import type { Plan } from './stackRules';

/** What the authorizers of APIs need to know of the function. */
export interface Attachment {
  /** Id of the authorizer in the API. */
  readonly id: string;
  /** Name of the authorizer. */
  readonly name: string;
  readonly functionArn: string;
  readonly planned: Plan;
}

/** @see {@link ApproovAuthorizer.restAuthorizer} */
export function restAuthorizer(attachment: Attachment, api: IRestApi): IAuthorizer {
  const authorizer = once(api, attachment.id, () => {
    const { name, planned } = attachment;
    // The identity source is left out where there is none: CDK's own authorizer asks for one whenever answers are kept.
    const properties = {
      name,
      restApiId: api.restApiId,
      type: 'REQUEST',
      authorizerUri: authorizerUri(attachment, api),
      authorizerResultTtlInSeconds: planned.ttlSeconds,
      ...(planned.headers.length > 0 && { identitySource: sources('method', planned.headers).join(',') }),
    };
    const made = new CfnAuthorizer(api, attachment.id, properties);
    made.node.addDependency(permission(attachment, api, api.restApiId));
    const responses = addGatewayResponses(attachment, api);
    // A stage serves the last deployment, so a change here has to make another one.
    const deployment = api.latestDeployment;
    deployment?.node.addDependency(made, ...responses);
    deployment?.addToLogicalId({ approov: [properties, planned.gatewayResponses] });
    return made;
  });
  return { authorizerId: authorizer.ref, authorizationType: AuthorizationType.CUSTOM };
}

/** @see {@link ApproovAuthorizer.httpAuthorizer} */
export function httpAuthorizer(attachment: Attachment): IHttpRouteAuthorizer {
  const make = (api: IHttpApi) => {
    const { id, name, planned } = attachment;
    const made = new HttpAuthorizer(api, id, {
      httpApi: api,
      authorizerName: name,
      type: HttpAuthorizerType.LAMBDA,
      authorizerUri: authorizerUri(attachment, api),
      payloadFormatVersion: AuthorizerPayloadVersion.VERSION_2_0,
      enableSimpleResponses: planned.isSimpleResponse,
      identitySource: sources('', planned.headers),
      resultsCacheTtl: Duration.seconds(planned.ttlSeconds),
    });
    made.node.addDependency(permission(attachment, api, api.apiId));
    return made;
  };
  return {
    bind: ({ route: { httpApi } }) => ({
      authorizerId: once(httpApi, attachment.id, () => make(httpApi)).authorizerId,
      authorizationType: 'CUSTOM',
    }),
  };
}

/** @see {@link ApproovAuthorizer.webSocketAuthorizer} */
export function webSocketAuthorizer(attachment: Attachment): IWebSocketRouteAuthorizer {
  const make = (api: IWebSocketApi) => {
    const { id, name, planned } = attachment;
    const made = new WebSocketAuthorizer(api, id, {
      webSocketApi: api,
      authorizerName: name,
      type: WebSocketAuthorizerType.LAMBDA,
      authorizerUri: authorizerUri(attachment, api),
      identitySource: sources('route', planned.webSocketHeaders),
    });
    made.node.addDependency(permission(attachment, api, api.apiId));
    return made;
  };
  return {
    bind: ({ route: { webSocketApi } }) => ({
      authorizerId: once(webSocketApi, attachment.id, () => make(webSocketApi)).authorizerId,
      authorizationType: 'CUSTOM',
    }),
  };
}

/** Makes one authorizer an API, however many of its routes ask for it. */
function once<Made extends IConstruct>(api: IConstruct, id: string, make: () => Made): Made {
  return (api.node.tryFindChild(id) as Made | undefined) ?? make();
}

function sources(prefix: 'method' | 'route' | '', headers: readonly string[]): string[] {
  return headers.map((name) => `${prefix || '$'}${prefix && '.'}request.header.${name}`);
}

function authorizerUri({ functionArn }: Attachment, api: IConstruct): string {
  const { partition, region } = Stack.of(api);
  return `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
}

/**
 * Lets the API's authorizers invoke the function. The permission is in the API's stack: in the function's, each stack
 * would depend on the other. The authorizer waits for it, and the routes for the authorizer: without it each request is a 500.
 */
function permission({ id, functionArn }: Attachment, api: IConstruct, apiId: string): CfnPermission {
  return new CfnPermission(api as Construct, `${id}Permission`, {
    action: 'lambda:InvokeFunction',
    functionName: functionArn,
    principal: 'apigateway.amazonaws.com',
    sourceArn: Stack.of(api).formatArn({
      service: 'execute-api',
      resource: apiId,
      resourceName: 'authorizers/*',
    }),
  });
}

/** The gateway responses that a refusal and a failure need, but for those that the API has already. */
function addGatewayResponses({ planned }: Attachment, api: IRestApi): CfnGatewayResponse[] {
  const there = api.node
    .findAll()
    .filter((child) => child instanceof CfnGatewayResponse)
    .map(({ responseType }) => responseType);
  return planned.gatewayResponses
    .filter(({ type }) => !there.includes(type))
    .map(
      ({ type, status, templates }) =>
        new CfnGatewayResponse(api as Construct & IRestApi, `Approov-${type}`, {
          restApiId: api.restApiId,
          responseType: type,
          statusCode: status,
          responseTemplates: templates,
        }),
    );
}
