import { cfn, type Section } from '../stack/intrinsics.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import type { GatewayResponse, StackPlan } from '../stack/plan.ts';
import { accountLogging, functionRole } from '../stack/roles.ts';
import { decryptSecrets, emptySecret, readSecrets, secretContents, secretIds } from '../stack/secrets.ts';
import { type Parameters, parameterValue } from './parameters.ts';
import { throttlingOf } from './restThrottling.ts';

/** What `resources` of serverless.yml takes. */
export interface StageResources {
  readonly Resources: Section;
  readonly Outputs: Section;
  /** Changes to resources that Serverless makes itself. */
  readonly extensions: Section;
}

/**
 * The resources of a stage that Serverless does not make from `functions`.
 *
 * @param stackName service and stage, for the names of what is created
 */
export function stageResources(plan: StackPlan, parameters: Parameters, stackName: string): StageResources {
  const hasWebsocket = parameters.websocket === 'on';
  const throttling = throttlingOf(parameters);
  const makesLogRole = parameterValue(parameters, 'apiGatewayLogRole') === 'create';
  const secrets = secretsOf(plan, parameters, stackName);
  const observability = observabilityResources({
    functionName: cfn.ref('AuthorizerLambdaFunction'),
    logGroupName: cfn.ref('AuthorizerLogGroup'),
    namespace: `Approov/${stackName}`,
    // The names of dashboards are unique in an account, across its Regions.
    dashboardName: cfn.sub(`${stackName}-\${AWS::Region}`),
    refusalAlarmPercent: Number(parameterValue(parameters, 'refusalAlarmPercent')),
    alarmActions: parameters.alarmTopicArn === undefined ? [] : [parameters.alarmTopicArn],
  });
  const responses = gatewayResponsesOf(plan.gatewayResponses, parameterValue(parameters, 'corsOrigin'));
  return {
    Resources: {
      ...secrets.resources,
      AuthorizerRole: functionRole('AuthorizerLogGroup', secrets.statements),
      HelloRole: functionRole('HelloLogGroup'),
      ...responses,
      ...(makesLogRole ? accountLogging() : {}),
      ...observability.filters,
      ...observability.alarms,
      ...observability.dashboard,
    },
    Outputs: secrets.outputs,
    extensions: {
      ...functionExtensions(parameters),
      ...(throttling && { HttpApiStage: { Properties: { DefaultRouteSettings: throttling } } }),
      ...logGroupExtensions(parameters, stackName),
      // A deployment is a snapshot of the API, and Serverless has it wait for the methods alone.
      ApiGatewayMethodHelloGet: { DependsOn: Object.keys(responses) },
      // Serverless lets the whole API invoke the authorizer.
      AuthorizerLambdaPermissionApiGateway: sourceArn('ApiGatewayRestApi', 'authorizers/*'),
      ApproovLambdaAuthorizerPermissionHttpApi: sourceArn('HttpApi', 'authorizers/*'),
      HelloLambdaPermissionApiGateway: sourceArn('ApiGatewayRestApi', '*/*/hello'),
      HelloLambdaPermissionHttpApi: sourceArn('HttpApi', '*/*/hello'),
      ...(parameters.hideToken === 'on' && {
        HttpApiIntegrationHello: {
          Properties: { RequestParameters: { [`remove:header.${plan.config.tokenHeader}`]: "''" } },
        },
      }),
      ...(hasWebsocket && {
        // Of a WebSocket API, Serverless lets every API of every account invoke the functions.
        AuthorizerLambdaPermissionWebsockets: sourceArn('WebsocketsApi', 'authorizers/*'),
        HelloLambdaPermissionWebsockets: sourceArn('WebsocketsApi', '*/$*'),
        // A WebSocket API's stage is refused its access log while the account has no role for it.
        WebsocketsDeploymentStage: {
          ...(makesLogRole && { DependsOn: 'ApiGatewayAccount' }),
          // No execution log, as serverless.yml says: these settings take the place of Serverless's own.
          Properties: {
            DefaultRouteSettings: { LoggingLevel: 'OFF', DataTraceEnabled: false, ...throttling },
          },
        },
      }),
    },
  };
}

/** The functions' runtime, because Serverless refuses one that is newer than itself, and the authorizer's environments. */
function functionExtensions({ runtime, reservedConcurrency }: Parameters) {
  const common = runtime === undefined ? {} : { Runtime: runtime };
  const reserved =
    reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: Number(reservedConcurrency) };
  const functions = {
    AuthorizerLambdaFunction: { ...common, ...reserved },
    HelloLambdaFunction: common,
  };
  return Object.fromEntries(
    Object.entries(functions)
      .filter(([, properties]) => Object.keys(properties).length > 0)
      .map(([id, properties]) => [id, { Properties: properties }]),
  );
}

/**
 * The key of the log groups, and the name of the HTTP API's: CloudWatch Logs keeps one resource policy for all groups that
 * HTTP APIs write to, and its length is limited, unless their names begin with `/aws/vendedlogs/`.
 *
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html}
 */
function logGroupExtensions({ logKmsKeyArn, websocket }: Parameters, stackName: string) {
  const groups = ['AuthorizerLogGroup', 'HelloLogGroup', 'ApiGatewayLogGroup', 'HttpApiLogGroup'];
  if (websocket === 'on') groups.push('WebsocketsLogGroup');
  const extensions = groups.map((id) => {
    const properties = {
      ...(logKmsKeyArn !== undefined && { KmsKeyId: logKmsKeyArn }),
      ...(id === 'HttpApiLogGroup' && { LogGroupName: `/aws/vendedlogs/http-api/${stackName}` }),
    };
    return [id, { Properties: properties }] as const;
  });
  return Object.fromEntries(extensions.filter(([, { Properties }]) => Object.keys(Properties).length > 0));
}

/** The secrets that are given by ARN, or created empty, and what the authorizer may do with them. */
function secretsOf(
  { needsSecret, needsAccountKey }: StackPlan,
  { secretArn, accountKeyArn, kmsKeyArn }: Parameters,
  stackName: string,
) {
  const inUse = [
    { id: secretIds.token, arn: secretArn, suffix: 'token-secret', content: secretContents.token },
    {
      id: secretIds.accountKey,
      arn: accountKeyArn,
      suffix: 'account-message-signing-key',
      content: secretContents.accountKey,
    },
  ].filter(({ id }) => (id === secretIds.token ? needsSecret : needsAccountKey));
  const created = inUse.filter(({ arn }) => arn === undefined);
  return {
    resources: Object.fromEntries(
      created.map(({ id, suffix, content }) => [
        id,
        emptySecret(`${stackName}/${suffix}`, content, kmsKeyArn),
      ]),
    ),
    outputs: Object.fromEntries(
      inUse.map(({ id, arn, content }) => [`${id}Arn`, { Description: content, Value: arn ?? cfn.ref(id) }]),
    ),
    statements:
      inUse.length === 0
        ? []
        : [
            readSecrets(inUse.map(({ id, arn }) => arn ?? cfn.ref(id))),
            ...(kmsKeyArn === undefined ? [] : [decryptSecrets(kmsKeyArn)]),
          ],
  };
}

function gatewayResponsesOf(responses: readonly GatewayResponse[], corsOrigin: string): Section {
  return Object.fromEntries(
    responses.map(({ type, status, templates }) => [
      `${upperCamelCase(type)}Response`,
      {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          RestApiId: cfn.ref('ApiGatewayRestApi'),
          ResponseType: type,
          StatusCode: status,
          ResponseTemplates: templates,
          ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': `'${corsOrigin}'` },
        },
      },
    ]),
  );
}

/** Logical ids stay what they are: CloudFormation would undo a response of the same type after it made the new one. */
function upperCamelCase(type: string): string {
  return type.toLowerCase().replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Lets one API alone invoke a function. @param path such as `authorizers/*`, which are all authorizers of the API. */
function sourceArn(apiId: string, path: string) {
  const api = `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}`;
  return { Properties: { SourceArn: cfn.sub(`${api}/${path}`) } };
}
