import { functionRole } from '../../stack/functionRole.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { secretStatements } from '../../stack/secrets.ts';

/** A function of the stack. */
interface SamFunction {
  readonly id: string;
  readonly description: string;
  readonly role: 'AuthorizerRole' | 'HelloRole';
  readonly environment?: Section;
  readonly events?: Section;
  readonly condition?: string;
}

/** Condition that the WebSocket API is asked for. */
export const hasWebsocket = 'HasWebsocket';

const samFunction = ({ id, description, role, environment, events, condition }: SamFunction) => ({
  [`${id}Function`]: {
    Type: 'AWS::Serverless::Function',
    Condition: condition,
    // The bundles are built already: the Makefile copies index.cjs, and nothing beside it.
    Metadata: { BuildMethod: 'makefile', WorkingDirectory: '../../../dist' },
    Properties: {
      Description: description,
      CodeUri: '.',
      Handler: 'index.handler',
      Role: cfn.att(role, 'Arn'),
      LoggingConfig: { LogFormat: 'JSON', LogGroup: cfn.ref(`${id}LogGroup`) },
      Environment: environment && { Variables: environment },
      Events: events,
    },
  },
  [`${id}LogGroup`]: logGroup(condition),
});

/** A log group that keeps its lines as long as the stack says. */
export function logGroup(condition?: string): TemplateValue {
  return {
    Type: 'AWS::Logs::LogGroup',
    Condition: condition,
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: { RetentionInDays: cfn.ref('LogRetentionDays') },
  };
}

/**
 * The functions, each with its log group, and their roles: only the authorizers may read a secret.
 *
 * @param settings environment variables of every authorizer, without those that depend on the kind of API.
 * @param httpApiResponse the variable that is about the HTTP API alone.
 */
export function functions(settings: Section, httpApiResponse: Section): Section {
  // Only REST APIs have gateway responses that turn a Deny into a 401; on the others a refusal must be thrown.
  const thrown = { ...settings, APPROOV_DENIAL: 'unauthorized' };
  const http = (method: string) => ({
    Type: 'HttpApi',
    Properties: { ApiId: cfn.ref('HttpApi'), Method: method, Path: '/hello' },
  });
  const rest = (method: string) => ({
    Type: 'Api',
    Properties: { RestApiId: cfn.ref('RestApi'), Method: method, Path: '/hello' },
  });
  const websocket = { condition: hasWebsocket };
  return {
    ...samFunction({
      id: 'RestAuthorizer',
      description: 'Checks Approov tokens for the REST API',
      role: 'AuthorizerRole',
      environment: { ...settings, APPROOV_DENIAL: 'policy' },
    }),
    ...samFunction({
      id: 'HttpAuthorizer',
      description: 'Checks Approov tokens for the HTTP API',
      role: 'AuthorizerRole',
      environment: { ...thrown, ...httpApiResponse },
    }),
    ...samFunction({
      id: 'WebsocketAuthorizer',
      description: 'Checks Approov tokens for the WebSocket API',
      role: 'AuthorizerRole',
      environment: thrown,
      ...websocket,
    }),
    ...samFunction({
      id: 'Hello',
      description: 'A sample backend behind the REST and the HTTP API',
      role: 'HelloRole',
      events: { RestGet: rest('get'), RestPost: rest('post'), HttpGet: http('get'), HttpPost: http('post') },
    }),
    ...samFunction({
      id: 'HelloWebsocket',
      description: 'A sample backend behind the WebSocket API',
      role: 'HelloRole',
      ...websocket,
    }),
    AuthorizerRole: functionRole(
      [
        { id: 'RestAuthorizerLogGroup' },
        { id: 'HttpAuthorizerLogGroup' },
        { id: 'WebsocketAuthorizerLogGroup', ...websocket },
      ],
      secretStatements,
    ),
    HelloRole: functionRole([{ id: 'HelloLogGroup' }, { id: 'HelloWebsocketLogGroup', ...websocket }]),
  };
}
