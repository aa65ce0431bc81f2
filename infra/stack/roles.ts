import { cfn, type Section, type TemplateValue } from './intrinsics.ts';

/**
 * The role of one function: it may write to its own log group, and do what the statements say.
 *
 * @param logGroupId logical id of the function's log group.
 */
export function functionRole(logGroupId: string, statements: readonly TemplateValue[] = []): TemplateValue {
  const writeLogs = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: cfn.att(logGroupId, 'Arn'),
  };
  const policy = (PolicyName: string, ...allowed: TemplateValue[]) => ({
    PolicyName,
    PolicyDocument: policyDocument(...allowed),
  });
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com'),
      Policies: [
        policy('write-its-logs', writeLogs),
        ...(statements.length > 0 ? [policy('read-the-secret', ...statements)] : []),
      ],
    },
  };
}

/**
 * The role with which API Gateway writes the access logs of REST and WebSocket APIs. It is set once for an account and
 * region. It is kept when the stack is deleted, because other APIs may rely on it by then.
 */
export function accountLogging(): Section {
  const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
  return {
    AccessLogRole: {
      Type: 'AWS::IAM::Role',
      ...kept,
      Properties: {
        AssumeRolePolicyDocument: assumedBy('apigateway.amazonaws.com'),
        ManagedPolicyArns: [
          cfn.sub(
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
            'arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
          ),
        ],
      },
    },
    ApiGatewayAccount: {
      Type: 'AWS::ApiGateway::Account',
      ...kept,
      Properties: { CloudWatchRoleArn: cfn.att('AccessLogRole', 'Arn') },
    },
  };
}

/** Trust policy of a role that only one AWS service takes. */
function assumedBy(service: string): TemplateValue {
  return policyDocument({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
}

function policyDocument(...statements: TemplateValue[]) {
  return { Version: '2012-10-17', Statement: statements };
}
