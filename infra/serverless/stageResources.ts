import { accountLogging } from '../stack/accountLogging.ts';
import { functionRole } from '../stack/functionRole.ts';
import { arcBody, emptyBody, gatewayResponses } from '../stack/gatewayResponses.ts';
import { cfn, type Section } from '../stack/intrinsics.ts';
import { executeApiArn } from '../stack/invokePermission.ts';
import { observabilityResources } from '../stack/observability/resources.ts';
import { decryptSecrets, emptySecret, readSecrets, secretContents, secretIds } from '../stack/secrets.ts';
import { parameterValue } from './parameters.ts';
import type { StagePlan } from './stagePlan.ts';

/** What `resources` of serverless.yml takes. */
export interface StageResources {
  readonly Resources: Section;
  readonly Outputs: Section;
  /** Changes to resources that Serverless makes itself. */
  readonly extensions: Section;
}

/**
 * The resources of a stage beside those that Serverless makes of `functions`.
 *
 * @param stackName service and stage, for the names of what is created.
 */
export function stageResources(plan: StagePlan, stackName: string): StageResources {
  const { parameters, hasWebsocket } = plan;
  const makesLogRole = parameterValue(parameters, 'apiGatewayLogRole') === 'create';
  const secrets = secretsOf(plan, stackName);
  const observability = observabilityResources({
    functionName: cfn.ref('AuthorizerLambdaFunction'),
    logGroupName: cfn.ref('AuthorizerLogGroup'),
    namespace: `Approov/${stackName}`,
    dashboardName: stackName,
    refusalAlarmPercent: Number(parameterValue(parameters, 'refusalAlarmPercent')),
    alarmActions: parameters.alarmTopicArn === undefined ? [] : [parameters.alarmTopicArn],
  });
  const responses = gatewayResponsesFor(plan.corsOrigin, parameters.denialArc === 'on');
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
      ...floodExtensions(plan),
      // A deployment is a snapshot of the API, and Serverless has it wait for the methods alone.
      ApiGatewayMethodHelloGet: { DependsOn: Object.keys(responses) },
      // Serverless lets the whole API invoke the authorizer.
      AuthorizerLambdaPermissionApiGateway: sourceArn('ApiGatewayRestApi', 'authorizers/*'),
      ApproovLambdaAuthorizerPermissionHttpApi: sourceArn('HttpApi', 'authorizers/*'),
      HelloLambdaPermissionApiGateway: sourceArn('ApiGatewayRestApi', '*/*/hello'),
      HelloLambdaPermissionHttpApi: sourceArn('HttpApi', '*/*/hello'),
      ...(plan.hiddenHeader !== undefined && {
        HttpApiIntegrationHello: {
          Properties: { RequestParameters: { [`remove:header.${plan.hiddenHeader}`]: "''" } },
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
            DefaultRouteSettings: { LoggingLevel: 'OFF', DataTraceEnabled: false, ...plan.throttling },
          },
        },
      }),
    },
  };
}

/** What holds a flood back, and the key of the log groups. The stage of the REST API: restThrottling.ts. */
function floodExtensions({ parameters, throttling, hasWebsocket }: StagePlan) {
  const { reservedConcurrency, logKmsKeyArn } = parameters;
  const logGroups = ['AuthorizerLogGroup', 'HelloLogGroup', 'ApiGatewayLogGroup', 'HttpApiLogGroup'];
  return {
    ...(reservedConcurrency !== undefined && {
      AuthorizerLambdaFunction: {
        Properties: { ReservedConcurrentExecutions: Number(reservedConcurrency) },
      },
    }),
    ...(throttling && { HttpApiStage: { Properties: { DefaultRouteSettings: throttling } } }),
    ...(logKmsKeyArn !== undefined &&
      Object.fromEntries(
        [...logGroups, ...(hasWebsocket ? ['WebsocketsLogGroup'] : [])].map((id) => [
          id,
          { Properties: { KmsKeyId: logKmsKeyArn } },
        ]),
      )),
  };
}

/** The secrets that are given by ARN, or created empty, and what the authorizer may do with them. */
function secretsOf({ parameters, needsSecret, needsAccountKey }: StagePlan, stackName: string) {
  const { secretArn, accountKeyArn, kmsKeyArn } = parameters;
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
        emptySecret(content, kmsKeyArn, { Name: `${stackName}/${suffix}` }),
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

function gatewayResponsesFor(corsOrigin: string, showsArc: boolean): Section {
  return Object.fromEntries(
    gatewayResponses.map(({ type, status }) => [
      `${upperCamelCase(type)}Response`,
      {
        Type: 'AWS::ApiGateway::GatewayResponse',
        Properties: {
          RestApiId: cfn.ref('ApiGatewayRestApi'),
          ResponseType: type,
          StatusCode: status,
          ResponseTemplates: showsArc && type === 'ACCESS_DENIED' ? arcBody : emptyBody,
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

function sourceArn(apiId: string, path: string) {
  return { Properties: { SourceArn: executeApiArn(apiId, path) } };
}
