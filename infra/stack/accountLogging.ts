import { cfn, type Section } from './intrinsics.ts';

const kept = { Condition: 'MakesLogRole', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };

/**
 * The role with which API Gateway writes the access logs of REST and WebSocket APIs. It is set once for an account and
 * region, and kept when the stack goes, for other APIs may have come to rely on it.
 */
export function accountLogging(): Section {
  return {
    AccessLogRole: {
      Type: 'AWS::IAM::Role',
      ...kept,
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'apigateway.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
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

/**
 * Description of an API whose stages have an access log. A stage is refused one while the account has no role for it, and a
 * DependsOn cannot name a resource that a condition may leave out: naming it here makes the API wait for it.
 */
export const afterAccountLogging = cfn.if(
  'MakesLogRole',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholder
  cfn.sub('Checks Approov tokens. Access logs by account setting ${ApiGatewayAccount}'),
  'Checks Approov tokens. Access logs by the role that the account has',
);
