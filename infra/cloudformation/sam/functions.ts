import { functionRole } from '../../stack/functionRole.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { secretStatements } from '../../stack/templateSecrets.ts';

/** Condition that the WebSocket API is asked for. */
export const hasWebsocket = 'HasWebsocket';

const samFunction = (id: string, description: string, environment?: Section): Section => ({
  [`${id}Function`]: {
    Type: 'AWS::Serverless::Function',
    // The bundles are built already: the Makefile copies index.cjs, and nothing beside it.
    Metadata: { BuildMethod: 'makefile', WorkingDirectory: '../../../dist' },
    Properties: {
      Description: description,
      Role: cfn.att(`${id}Role`, 'Arn'),
      LoggingConfig: { LogFormat: 'JSON', LogGroup: cfn.ref(`${id}LogGroup`) },
      Environment: environment && { Variables: environment },
    },
  },
  [`${id}LogGroup`]: logGroup(),
});

/** A log group that keeps its lines as long as the stack says. */
export function logGroup(condition?: string): TemplateValue {
  return {
    Type: 'AWS::Logs::LogGroup',
    Condition: condition,
    Properties: { RetentionInDays: cfn.ref('LogRetentionDays') },
  };
}

/** The authorizer, with its log group and its role: only it may read a secret. */
export function authorizer(environment: Section): Section {
  return {
    ...samFunction('Authorizer', 'Checks Approov tokens', environment),
    AuthorizerRole: functionRole('AuthorizerLogGroup', secretStatements, 'ReadsSecrets'),
  };
}

/** The sample backend, with its log group and its role. */
export const hello: Section = {
  ...samFunction('Hello', 'A sample backend'),
  HelloRole: functionRole('HelloLogGroup'),
};
