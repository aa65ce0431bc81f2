import { reservedConcurrency } from '../../stack/floodLimits.ts';
import { functionRole } from '../../stack/functionRole.ts';
import { cfn, type Section } from '../../stack/intrinsics.ts';
import { logGroup } from '../../stack/logGroup.ts';
import { secretStatements } from '../../stack/templateSecrets.ts';

/** Condition that the WebSocket API is asked for. */
export const hasWebsocket = 'HasWebsocket';

const samFunction = (id: string, description: string, properties: Section): Section => ({
  [`${id}Function`]: {
    Type: 'AWS::Serverless::Function',
    // The bundles are built already: the Makefile copies index.cjs with its notices, and nothing beside them.
    Metadata: { BuildMethod: 'makefile', WorkingDirectory: '../../../dist' },
    Properties: {
      Description: description,
      Role: cfn.att(`${id}Role`, 'Arn'),
      LoggingConfig: { LogFormat: 'JSON', LogGroup: cfn.ref(`${id}LogGroup`) },
      ...properties,
    },
  },
  [`${id}LogGroup`]: logGroup(),
});

/** The authorizer, with its log group and its role: only it may read a secret. */
export function authorizer(environment: Section): Section {
  return {
    ...samFunction('Authorizer', 'Checks Approov tokens', {
      ReservedConcurrentExecutions: reservedConcurrency,
      Environment: { Variables: environment },
    }),
    AuthorizerRole: functionRole('AuthorizerLogGroup', secretStatements, 'ReadsSecrets'),
  };
}

/** The sample backend, with its log group and its role. */
export const hello: Section = {
  ...samFunction('Hello', 'A sample backend', {
    Environment: { Variables: { CORS_ORIGIN: cfn.ref('CorsOrigin') } },
  }),
  HelloRole: functionRole('HelloLogGroup'),
};
