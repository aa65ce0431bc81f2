import { join } from 'node:path';
import { Duration, Fn, Names, Token, Tokenization } from 'aws-cdk-lib';
import type { IAuthorizer, IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IHttpRouteAuthorizer, IWebSocketRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import type { CfnAlarm, CfnDashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type IRole, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  type ILayerVersion,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Attachment, httpAuthorizer, restAuthorizer, webSocketAuthorizer } from './apiAuthorizers';
import type { ApproovSettings } from './approovSettings';
import { observe } from './observability';
import { decryptSecrets, defaultOf, lambda, plan, readSecrets } from './stackRules';

/** What an Approov authorizer is made of. */
export interface ApproovAuthorizerProps {
  /**
   * Settings of the authorizer. `cdk synth` checks them by the function's own rules; a value that is only known during the
   * deployment, such as the URL of a user pool, is checked when the function starts.
   *
   * @default - a token that is signed with the secret, in the header `Approov-Token`
   */
  readonly settings?: ApproovSettings;

  /**
   * Secret that holds the base64 Approov secret. It is filled outside of the stack: a value is never in a template.
   *
   * @default - none: every token must be signed with a key of a keyset
   */
  readonly secret?: ISecret;

  /**
   * Secret that holds the account message signing key.
   *
   * @default - none
   */
  readonly accountKey?: ISecret;

  /**
   * How long API Gateway keeps an answer.
   *
   * @default - 5 minutes, or none where an answer holds for one request alone
   */
  readonly resultsCacheTtl?: Duration;

  /**
   * Headers that are identity sources, when a bound header is not always sent.
   *
   * @default - the token header, each header that tokens must be bound to, and the users' header
   */
  readonly identitySourceHeaders?: string[];

  /**
   * Package of the function.
   *
   * @default - the bundle in this package
   */
  readonly code?: Code;

  /**
   * Runtime of the function, `nodejs22.x` or later.
   *
   * @default - nodejs24.x
   */
  readonly runtime?: Runtime;

  /**
   * Processor of the function. The bundle runs on both.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;

  /**
   * Memory of the function in MB. CPU grows with it.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * Concurrency reserved for the authorizer.
   *
   * @default - it shares the quota of the account
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * Layers of the function, such as those of a tracing agent.
   *
   * @default - none
   */
  readonly layers?: ILayerVersion[];

  /**
   * Further environment variables, such as those of a layer. The authorizer's own are in `settings`.
   *
   * @default - none
   */
  readonly environment?: { [name: string]: string };

  /**
   * Network of the function. It needs a way to Secrets Manager, and to the addresses of key sets.
   *
   * @default - none: the function reaches what it needs without one
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the network.
   *
   * @default - the private subnets
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security groups of the function.
   *
   * @default - one that lets every connection out
   */
  readonly securityGroups?: ISecurityGroup[];

  /**
   * Role of the function. It gets the rights that the function needs.
   *
   * @default - one for this function alone
   */
  readonly role?: IRole;

  /**
   * How long log lines are kept.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * KMS key of the log group.
   *
   * @default - the key of CloudWatch Logs
   */
  readonly logEncryptionKey?: IKey;

  /**
   * Whether there are alarms, made from metrics of the log.
   *
   * @default true
   */
  readonly createAlarms?: boolean;

  /**
   * Topic that the alarms notify.
   *
   * @default - none: the alarms are only seen
   */
  readonly alarmTopic?: ITopic;

  /**
   * Share of refusals over five minutes that raises an alarm, in percent.
   *
   * @default 25
   */
  readonly refusalAlarmPercent?: number;

  /**
   * Whether there is a dashboard.
   *
   * @default true
   */
  readonly createDashboard?: boolean;
}

/**
 * The Lambda function that checks Approov tokens, with its role, its log, metrics, alarms and a dashboard. It gives
 * authorizers to any number of REST, HTTP and WebSocket APIs in the stacks of its account and region.
 *
 * @example
 * const approov = new ApproovAuthorizer(this, 'Approov', {
 *   secret: Secret.fromSecretNameV2(this, 'Secret', 'approov/secret'),
 * });
 * api.root.addMethod('GET', integration, { authorizer: approov.restAuthorizer(api) });
 */
export class ApproovAuthorizer extends Construct {
  /** The function. */
  public readonly handler: LambdaFunction;
  /** The log group of the function. */
  public readonly logGroup: LogGroup;
  /** Headers that a browser may send: `allowHeaders` of an API's CORS settings. */
  public readonly corsHeaders: string[];
  /** The alarms by their names in docs/operations.md, such as `FailureAlarm`; none without `createAlarms`. */
  public readonly alarms: { [name: string]: CfnAlarm };
  /** The dashboard. Undefined without `createDashboard`. */
  public readonly dashboard?: CfnDashboard;
  private readonly attachment: Attachment;

  /**
   * @param scope where the construct is
   * @param id of the construct in its scope
   * @param props settings that contradict each other throw an error that names them
   */
  public constructor(scope: Construct, id: string, props: ApproovAuthorizerProps) {
    super(scope, id);
    const {
      settings = {},
      secret,
      accountKey,
      resultsCacheTtl,
      identitySourceHeaders,
      code = Code.fromAsset(join(__dirname, '../authorizer')),
      // By its name, which older versions of aws-cdk-lib know too.
      runtime = new Runtime(lambda.runtime, RuntimeFamily.NODEJS),
      architecture = Architecture.ARM_64,
      memorySize = defaultOf('memoryMegabytes'),
      reservedConcurrentExecutions,
      layers,
      environment = {},
      vpc,
      vpcSubnets,
      securityGroups,
      role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
      logRetention = defaultOf('logRetentionDays'),
      logEncryptionKey,
      createAlarms = true,
      alarmTopic,
      refusalAlarmPercent = defaultOf('refusalAlarmPercent'),
      createDashboard = true,
      ...unknown
    } = props;
    const planned = plan({
      settings: withTokensAsText(settings),
      ttlSeconds: resultsCacheTtl?.toSeconds(),
      identitySourceHeaders,
      refusalAlarmPercent,
      runtime: runtime.name,
      unknown: Object.keys(unknown),
    });
    requireSecret('secret', secret, planned.needsSecret, 'algorithms');
    requireSecret('accountKey', accountKey, planned.needsAccountKey, 'messageSigning');
    const misplaced = Object.keys(environment).filter((name) => name.startsWith('APPROOV_'));
    if (misplaced.length > 0) {
      throw new Error(`Approov authorizer: ${misplaced.join(', ')} cannot be in environment: use settings`);
    }

    this.logGroup = new LogGroup(this, 'Logs', { retention: logRetention, encryptionKey: logEncryptionKey });
    this.logGroup.grantWrite(role);
    allowReading(role, [secret, accountKey]);
    // CDK's own function gives this right only to a role that it makes itself.
    if (vpc) role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(networkPolicy));
    this.handler = new LambdaFunction(this, 'Function', {
      description: 'Checks Approov tokens for Amazon API Gateway',
      code,
      handler: 'index.handler',
      runtime,
      architecture,
      memorySize,
      reservedConcurrentExecutions,
      timeout: Duration.seconds(lambda.timeoutSeconds),
      role,
      layers,
      vpc,
      vpcSubnets,
      securityGroups,
      loggingFormat: LoggingFormat.JSON,
      logGroup: this.logGroup,
      environment: {
        ...environment,
        ...(secret && { APPROOV_SECRET_ID: secret.secretArn }),
        ...(accountKey && { APPROOV_ACCOUNT_KEY_ID: accountKey.secretArn }),
        ...planned.environment,
      },
    });
    this.corsHeaders = [...planned.corsHeaders];
    const { alarms, dashboard } = observe(this, {
      handler: this.handler,
      logGroup: this.logGroup,
      refusalAlarmPercent,
      alarmTopic,
      createAlarms,
      createDashboard,
    });
    this.alarms = alarms;
    this.dashboard = dashboard;
    this.attachment = {
      id: `Approov${this.node.addr.slice(-8)}`,
      name: Names.uniqueResourceName(this, { maxLength: 128, separator: '-' }),
      functionArn: this.handler.functionArn,
      planned,
    };
  }

  /**
   * The authorizer for methods of a REST API. A refusal is a 401 with an empty JSON object, by the API's gateway
   * responses. Those that the API has already stay as they are.
   *
   * @param api whose methods it is for
   */
  public restAuthorizer(api: IRestApi): IAuthorizer {
    return restAuthorizer(this.attachment, api);
  }

  /** The authorizer for routes of HTTP APIs, or for all of them as `defaultAuthorizer`. A refusal is a 403. */
  public httpAuthorizer(): IHttpRouteAuthorizer {
    return httpAuthorizer(this.attachment);
  }

  /** The authorizer for the `$connect` route of WebSocket APIs. A refusal is a 403. */
  public webSocketAuthorizer(): IWebSocketRouteAuthorizer {
    return webSocketAuthorizer(this.attachment);
  }
}

/** Rights on the network interfaces of a function in a VPC, and no other. */
const networkPolicy = 'service-role/AWSLambdaENIManagementAccess';

/** The settings, with the tokens of CDK for lists and numbers as text. */
function withTokensAsText(settings: ApproovSettings): Record<string, unknown> {
  const entries = Object.entries(settings).map(([name, value]: [string, unknown]) => {
    if (!Token.isUnresolved(value)) return [name, value];
    if (Array.isArray(value)) return [name, [Fn.join(',', value)]];
    return [name, typeof value === 'number' ? Tokenization.stringifyNumber(value) : value];
  });
  return Object.fromEntries(entries);
}

function requireSecret(name: string, secret: ISecret | undefined, isNeeded: boolean, because: string): void {
  if (isNeeded === (secret !== undefined)) return;
  throw new Error(
    `Approov authorizer: ${name} ${isNeeded ? 'is required' : 'must be left out: it would not be used'} with this ${because}`,
  );
}

/** One action on the secrets, and on their keys one through Secrets Manager alone. */
function allowReading(role: IRole, secrets: readonly (ISecret | undefined)[]): void {
  const inUse = secrets.filter((secret) => secret !== undefined);
  const keys = inUse.flatMap(({ encryptionKey }) => encryptionKey ?? []);
  if (inUse.length > 0) {
    // The ARN of a secret that is known by its name lacks the six characters at its end.
    const arns = inUse.map((secret) => secret.secretFullArn ?? `${secret.secretArn}-??????`);
    role.addToPrincipalPolicy(PolicyStatement.fromJson(readSecrets(arns)));
  }
  for (const { keyArn } of keys) {
    role.addToPrincipalPolicy(PolicyStatement.fromJson(decryptSecrets(keyArn)));
  }
}
