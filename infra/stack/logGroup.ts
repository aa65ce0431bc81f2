import { cfn, type Section, type TemplateValue } from './intrinsics.ts';
import { isUnset } from './templateParameters.ts';

/** Whether the log groups have a KMS key of the user's own. */
export const logGroupConditions: Section = { HasLogKmsKey: cfn.not(isUnset('LogKmsKeyArn')) };

/**
 * A log group that keeps its lines as long, and encrypts them as, the stack says.
 *
 * @param name CloudFormation chooses one if it is left out
 */
export function logGroup(condition?: string, name?: TemplateValue): TemplateValue {
  return {
    Type: 'AWS::Logs::LogGroup',
    Condition: condition,
    Properties: {
      LogGroupName: name,
      RetentionInDays: cfn.ref('LogRetentionDays'),
      KmsKeyId: cfn.if('HasLogKmsKey', cfn.ref('LogKmsKeyArn')),
    },
  };
}
