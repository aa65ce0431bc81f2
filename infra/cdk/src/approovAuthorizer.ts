import { join } from 'node:path';
import { Duration, Fn, Names, Stack, Token, Tokenization } from 'aws-cdk-lib';
import type { IAuthorizer, IRestApi } from 'aws-cdk-lib/aws-apigateway';
import type { IHttpRouteAuthorizer, IWebSocketRouteAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  RuntimeFamily,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { type Attachment, httpAuthorizer, restAuthorizer, webSocketAuthorizer } from './apiAuthorizers';
import type { ApproovAuthorizerOptions } from './approovAuthorizerOptions';
import { observe } from './observability';
import { defaultOf, lambda, plan } from './stackRules';

/** What an Approov authorizer is made of. */
export interface ApproovAuthorizerProps extends ApproovAuthorizerOptions {
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
   * Processor of the function. The bundle runs on both.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;

  /**
   * KMS key of the log group.
   *
   * @default - the key of CloudWatch Logs
   */
  readonly logKey?: IKey;

  /**
   * Topic that the alarms notify.
   *
   * @default - none: the alarms are only seen
   */
  readonly alarmTopic?: ITopic;

  /**
   * Package of the function.
   *
   * @default - the bundle in this package
   */
  readonly code?: Code;
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
  private readonly attachment: Attachment;

  /**
   * @param scope where the construct is
   * @param id of the construct in its scope
   * @param props settings that contradict each other throw an error that names them
   */
  public constructor(scope: Construct, id: string, props: ApproovAuthorizerProps) {
    super(scope, id);
    const { secret, accountKey, architecture, logKey, alarmTopic, code, ...options } = props;
    const planned = plan(textOf(options));
    requireSecret('secret', secret, planned.needsSecret, 'algorithms');
    requireSecret('accountKey', accountKey, planned.needsAccountKey, 'messageSigning');

    this.logGroup = new LogGroup(this, 'Logs', {
      retention: options.logRetentionDays ?? defaultOf('logRetentionDays'),
      encryptionKey: logKey,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.logGroup.grantWrite(role);
    allowReading(role, [secret, accountKey]);
    this.handler = new LambdaFunction(this, 'Function', {
      description: 'Checks Approov tokens for Amazon API Gateway',
      code: code ?? Code.fromAsset(join(__dirname, '../authorizer')),
      handler: 'index.handler',
      // By its name, which older versions of aws-cdk-lib know too.
      runtime: new Runtime(lambda.runtime, RuntimeFamily.NODEJS),
      architecture: architecture ?? Architecture.ARM_64,
      memorySize: options.memoryMegabytes ?? defaultOf('memoryMegabytes'),
      reservedConcurrentExecutions: options.reservedConcurrency,
      timeout: Duration.seconds(lambda.timeoutSeconds),
      role,
      loggingFormat: LoggingFormat.JSON,
      logGroup: this.logGroup,
      environment: {
        ...(secret && { APPROOV_SECRET_ID: secret.secretArn }),
        ...(accountKey && { APPROOV_ACCOUNT_KEY_ID: accountKey.secretArn }),
        ...planned.environment,
      },
    });
    observe(this, {
      handler: this.handler,
      logGroup: this.logGroup,
      refusalAlarmPercent: options.refusalAlarmPercent ?? defaultOf('refusalAlarmPercent'),
      alarmTopic,
    });
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

/** The options as text, by the names of the tables that they come from. */
function textOf(options: ApproovAuthorizerOptions): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    if (value === undefined || value === null) continue;
    if (value instanceof Duration) texts[`${name}Seconds`] = numberText(value.toSeconds());
    else if (typeof value === 'number') texts[name] = numberText(value);
    else if (typeof value === 'boolean') texts[name] = value ? 'on' : 'off';
    else if (Array.isArray(value))
      texts[name] = Token.isUnresolved(value) ? Fn.join(',', value) : value.join(',');
    else texts[name] = String(value);
  }
  return texts;
}

function numberText(value: number): string {
  return Token.isUnresolved(value) ? Tokenization.stringifyNumber(value) : String(value);
}

function requireSecret(name: string, secret: ISecret | undefined, isNeeded: boolean, because: string): void {
  if (isNeeded === (secret !== undefined)) return;
  throw new Error(
    `Approov authorizer: ${name} ${isNeeded ? 'is required' : 'must be left out: it would not be used'} with this ${because}`,
  );
}

/** One action on the secrets, and on their keys one through Secrets Manager alone. */
function allowReading(role: Role, secrets: readonly (ISecret | undefined)[]): void {
  const inUse = secrets.filter((secret) => secret !== undefined);
  const keys = inUse.flatMap(({ encryptionKey }) => encryptionKey ?? []);
  const { region, urlSuffix } = Stack.of(role);
  if (inUse.length > 0) {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        // The ARN of a secret that is known by its name lacks the six characters at its end.
        resources: inUse.map((secret) => secret.secretFullArn ?? `${secret.secretArn}-??????`),
      }),
    );
  }
  if (keys.length > 0) {
    role.addToPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: keys.map(({ keyArn }) => keyArn),
        conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${region}.${urlSuffix}` } },
      }),
    );
  }
}
