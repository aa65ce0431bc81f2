import { assumedBy } from './functionRole.ts';
import { cfn, type Section } from './intrinsics.ts';

/**
 * The role with which API Gateway writes the access logs of REST and WebSocket APIs. It is set once for an account and
 * region. It is kept when the stack is deleted, because other APIs may rely on it by then.
 *
 * @param condition of the template under which the stack makes it; undefined for always.
 */
export function accountLogging(condition?: string): Section {
  const kept = { Condition: condition, DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
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
