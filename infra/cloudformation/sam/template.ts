// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { accountLogging } from '../../stack/accountLogging.ts';
import { floodConditions, throttlingConditions } from '../../stack/floodLimits.ts';
import { cachingConditions } from '../../stack/gatewayCaching.ts';
import { cfn, type TemplateValue } from '../../stack/intrinsics.ts';
import { lambda } from '../../stack/lambda.ts';
import { logGroupConditions } from '../../stack/logGroup.ts';
import type { Template } from '../../stack/template.ts';
import {
  settingTemplateParameters,
  settingVariables,
  templateParameters,
} from '../../stack/templateParameters.ts';
import {
  accountKeyArn,
  secretArn,
  secretConditions,
  secretOutput,
  secretResources,
} from '../../stack/templateSecrets.ts';
import { httpApi, restApi } from './apis.ts';
import { authorizer, hasWebsocket, hello } from './functions.ts';
import { websocketApi } from './websocketApi.ts';

const environment = {
  APPROOV_SECRET_ID: secretArn,
  APPROOV_ACCOUNT_KEY_ID: accountKeyArn,
  ...settingVariables,
  // sam local overrides only what the template declares: with it env.json names the local stand-in.
  AWS_ENDPOINT_URL_SECRETS_MANAGER: cfn.sub('https://secretsmanager.${AWS::Region}.${AWS::URLSuffix}'),
};

const output = (Description: string, Value: TemplateValue) => ({ Description, Value });
const url = (scheme: string, apiId: string, path: string) =>
  cfn.sub(`${scheme}://\${${apiId}}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/\${StageName}${path}`);

/** infra/cloudformation/sam/template.yaml: the stack of serverless.yml, on SAM's types. */
export const samTemplate: Template = {
  transform: 'AWS::Serverless-2016-10-31',
  description: 'Approov tokens checked in front of a sample backend: REST, HTTP and WebSocket API',
  globals: {
    Function: {
      Runtime: lambda.runtime,
      Handler: 'index.handler',
      CodeUri: '.',
      Architectures: [cfn.ref('Architecture')],
      MemorySize: cfn.ref('MemoryMegabytes'),
      Timeout: lambda.timeoutSeconds,
    },
  },
  parameters: [
    { comment: 'Secrets.', entries: templateParameters('secretArn', 'accountKeyArn', 'kmsKeyArn') },
    {
      comment: 'The functions and their logs.',
      entries: templateParameters(
        'memoryMegabytes',
        'architecture',
        'reservedConcurrency',
        'logRetentionDays',
        'logKmsKeyArn',
      ),
    },
    {
      comment: 'The APIs.',
      entries: templateParameters(
        'authorizerTtlSeconds',
        'stageName',
        'websocket',
        'corsOrigin',
        'hideToken',
        'throttlingRateLimit',
        'throttlingBurstLimit',
        'apiGatewayLogRole',
      ),
    },
    {
      comment: 'The settings of the authorizer, as in its README. none: unset.',
      entries: settingTemplateParameters,
    },
  ],
  conditions: [
    { comment: 'Which secrets there are.', entries: secretConditions },
    { comment: 'What API Gateway may cache, and by which headers.', entries: cachingConditions },
    {
      comment: 'What else differs from stack to stack.',
      entries: {
        [hasWebsocket]: cfn.equals(cfn.ref('Websocket'), 'on'),
        CreatesLogRole: cfn.equals(cfn.ref('ApiGatewayLogRole'), 'create'),
        ...floodConditions,
        ...throttlingConditions,
        ...logGroupConditions,
        AnswersSimply: cfn.equals(cfn.ref('HttpApiResponse'), 'simple'),
        ShowsArc: cfn.equals(cfn.ref('DenialArc'), 'on'),
        HidesToken: cfn.and(
          cfn.equals(cfn.ref('HideToken'), 'on'),
          cfn.equals(cfn.ref('TokenHeader'), 'Approov-Token'),
        ),
      },
    },
  ],
  resources: [
    {
      comment: 'The authorizer of all APIs, its log and its role: it may read the secrets in use.',
      entries: authorizer(environment),
    },
    { comment: 'The sample backend of all APIs, its log and its role.', entries: hello },
    {
      comment: 'The secrets that no ARN is given for, empty: npm run secret fills them.',
      entries: secretResources,
    },
    {
      comment:
        'REST API: a refusal is a 401, by the gateway responses. OPTIONS is open, because a browser has no token to send with it. In report-only there are no identity sources, because API Gateway itself refuses a request that lacks one.',
      entries: restApi,
    },
    { comment: 'HTTP API, payload 2.0: a refusal is a 403.', entries: httpApi },
    {
      comment:
        'WebSocket API, with Websocket=on: the token is checked at $connect, which alone can have an authorizer. A refusal is a 403.',
      entries: websocketApi(),
    },
    {
      comment:
        'The role with which API Gateway logs, one for an account and region. Kept when the stack is deleted, because other APIs may rely on it by then.',
      entries: accountLogging('CreatesLogRole'),
    },
  ],
  outputs: [
    {
      comment: 'Where to send a request with an Approov token.',
      entries: {
        RestUrl: output('REST API, GET and POST', url('https', 'RestApi', '/rest/hello')),
        HttpUrl: output('HTTP API, GET and POST', url('https', 'HttpApi', '/http/hello')),
        WebsocketUrl: { Condition: hasWebsocket, ...output('WebSocket API', url('wss', 'WebsocketApi', '')) },
      },
    },
    {
      comment: 'For npm run secret, and for the observability stack.',
      entries: {
        ...secretOutput,
        FunctionName: output('Name of the authorizer function', cfn.ref('AuthorizerFunction')),
        LogGroupName: output('Name of its log group', cfn.ref('AuthorizerLogGroup')),
      },
    },
  ],
};
