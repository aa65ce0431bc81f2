import { cfn, type TemplateValue } from './intrinsics.ts';

/** Lets only one API invoke a function. */
export function invokePermission(functionId: string, apiId: string, path: string): TemplateValue {
  return {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: cfn.att(functionId, 'Arn'),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: executeApiArn(apiId, path),
    },
  };
}

/**
 * ARN of a part of an API, as a permission's source.
 *
 * @param apiId logical id of the API, or the name of the parameter that holds its id.
 * @param path such as `authorizers/*`, which are all authorizers of the API.
 */
export function executeApiArn(apiId: string, path: string): TemplateValue {
  return cfn.sub(
    `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${apiId}}/${path}`,
  );
}
