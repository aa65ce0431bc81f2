import { cfn, type TemplateValue } from './intrinsics.ts';

/**
 * A role that a function takes: it may write to its own log group, and what the statements say.
 *
 * @param logGroups logical ids, each with the condition under which it exists, if any.
 */
export function functionRole(
  logGroups: readonly { readonly id: string; readonly condition?: string }[],
  statements: readonly TemplateValue[] = [],
): TemplateValue {
  const arns = logGroups.map(({ id, condition }) => {
    const arn = cfn.att(id, 'Arn');
    return condition === undefined ? arn : cfn.if(condition, arn);
  });
  const writeLogs = {
    Effect: 'Allow',
    Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    Resource: arns,
  };
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: policy({
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      }),
      Policies: [
        { PolicyName: 'write-its-logs', PolicyDocument: policy(writeLogs) },
        ...(statements.length > 0
          ? [{ PolicyName: 'read-the-secret', PolicyDocument: policy(...statements) }]
          : []),
      ],
    },
  };
}

function policy(...statements: TemplateValue[]) {
  return { Version: '2012-10-17', Statement: statements };
}
