import { cfn, isGiven, type Section } from './intrinsics.ts';

const secretArnPattern =
  '(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6})?';

const optional = (description: string, pattern: string, rule: string) => ({
  Type: 'String',
  Default: '',
  Description: description,
  AllowedPattern: pattern,
  ConstraintDescription: rule,
});

/** Parameters about the secrets and the operation of an authorizer, in every template. */
export const authorizerParameters: Section = {
  SecretArn: optional(
    'Secret that holds the base64 Approov secret. Empty: the stack makes an empty one, to be filled afterwards',
    secretArnPattern,
    'the whole ARN of a Secrets Manager secret, with the six characters at its end',
  ),
  AccountKeyArn: optional(
    'Secret that holds the account message signing key, for MessageSigning=account. Empty: the stack makes an empty one',
    secretArnPattern,
    'the whole ARN of a Secrets Manager secret, with the six characters at its end',
  ),
  KmsKeyArn: optional(
    'KMS key of the secrets, when it is not the default key of the account',
    '(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?',
    'the ARN of a KMS key',
  ),
  MemoryMegabytes: {
    Type: 'Number',
    Default: 512,
    MinValue: 128,
    MaxValue: 10_240,
    Description: 'Memory of the authorizer, and with it its share of a processor',
  },
  Architecture: {
    Type: 'String',
    Default: 'arm64',
    AllowedValues: ['arm64', 'x86_64'],
    Description: 'Processor. The bundle runs on both',
  },
  LogRetentionDays: {
    Type: 'Number',
    Default: 30,
    AllowedValues: [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653],
    Description: 'Days that log lines are kept',
  },
};

/** Parameters of the observability stack. */
export const observabilityParameters: Section = {
  FunctionName: { Type: 'String', Description: 'Name of the authorizer function' },
  LogGroupName: { Type: 'String', Description: 'Name of its log group' },
  AlarmTopicArn: optional(
    'SNS topic that the alarms tell. Empty: they are only seen',
    '(arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+)?',
    'the ARN of an SNS topic',
  ),
  RefusalAlarmPercent: {
    Type: 'Number',
    Default: 25,
    MinValue: 1,
    MaxValue: 100,
    Description: 'Share of refusals over five minutes that raises an alarm',
  },
};

/** Conditions that {@link authorizerParameters} and the signing setting give rise to. */
export const authorizerConditions: Section = {
  MakesSecret: cfn.equals(cfn.ref('SecretArn'), ''),
  HasKmsKey: isGiven('KmsKeyArn'),
  HasAccountKey: isGiven('AccountKeyArn'),
  SignsForAccount: cfn.equals(cfn.ref('MessageSigning'), 'account'),
  MakesAccountKey: cfn.and(cfn.condition('SignsForAccount'), cfn.not(cfn.condition('HasAccountKey'))),
  ReadsAccountKey: cfn.or(cfn.condition('SignsForAccount'), cfn.condition('HasAccountKey')),
};

/** Whom the alarms tell. */
export const alarmActions = cfn.if('HasAlarmTopic', [cfn.ref('AlarmTopicArn')], []);
