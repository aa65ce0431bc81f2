import { cfn, type TemplateValue } from './intrinsics.ts';

/**
 * The role of one function: it may write to its own log group, and do what the statements say.
 *
 * @param logGroupId logical id of the function's log group.
 * @param statements IAM statements beside that.
 * @param condition under which it may do so; always if left out.
 */
export function functionRole(
  logGroupId: string,
  statements: readonly TemplateValue[] = [],
  condition?: string,
): TemplateValue {
  const writeLogs = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: cfn.att(logGroupId, 'Arn'),
  };
  const readSecret = { PolicyName: 'read-the-secret', PolicyDocument: policyDocument(...statements) };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: assumedBy('lambda.amazonaws.com'),
      Policies: [
        { PolicyName: 'write-its-logs', PolicyDocument: policyDocument(writeLogs) },
        ...(statements.length > 0 ? [condition ? cfn.if(condition, readSecret) : readSecret] : []),
      ],
    },
  };
}

/** Trust policy of a role that only one AWS service takes. */
export function assumedBy(service: string): TemplateValue {
  return policyDocument({ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' });
}

function policyDocument(...statements: TemplateValue[]) {
  return { Version: '2012-10-17', Statement: statements };
}
