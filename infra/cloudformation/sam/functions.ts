import { functionRole } from '../../stack/functionRole.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { secretStatements } from '../../stack/templateSecrets.ts';

/** A function of the stack. */
interface SamFunction {
  readonly id: string;
  readonly description: string;
  readonly environment?: Section;
}

/** Condition that the WebSocket API is asked for. */
export const hasWebsocket = 'HasWebsocket';

const samFunction = ({ id, description, environment }: SamFunction) => ({
  [`${id}Function`]: {
    Type: 'AWS::Serverless::Function',
    // The bundles are built already: the Makefile copies index.cjs, and nothing beside it.
    Metadata: { BuildMethod: 'makefile', WorkingDirectory: '../../../dist' },
    Properties: {
      Description: description,
      CodeUri: '.',
      Handler: 'index.handler',
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

/**
 * The two functions, each with its log group and its role: only the authorizer may read a secret. Both serve every API.
 *
 * @param environment variables of the authorizer.
 */
export function functions(environment: Section): Section {
  return {
    ...samFunction({ id: 'Authorizer', description: 'Checks Approov tokens', environment }),
    AuthorizerRole: functionRole('AuthorizerLogGroup', secretStatements),
    ...samFunction({ id: 'Hello', description: 'A sample backend' }),
    HelloRole: functionRole('HelloLogGroup'),
  };
}
