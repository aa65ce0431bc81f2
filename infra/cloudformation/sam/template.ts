// biome-ignore-all lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
import { settings } from '../../../src/config/settings.ts';
import { accountLogging } from '../../stack/accountLogging.ts';
import { authorizerConditions, authorizerParameters } from '../../stack/authorizerParameters.ts';
import { cachingConditions, ttlParameter } from '../../stack/gatewayCaching.ts';
import { cfn, type Section, type TemplateValue } from '../../stack/intrinsics.ts';
import { type ParameterSettingName, settingParameters } from '../../stack/settingParameters.ts';
import { accountKeyOrUnused, secretArn, secretResources } from '../../stack/templateSecrets.ts';
import { httpApi, restApi } from './apis.ts';
import { functions, hasWebsocket } from './functions.ts';
import { websocketApi } from './websocketApi.ts';

/**
 * Settings without a value of their own that stands for unset. `sam local invoke` makes a variable without a value an
 * empty one, which fails the start, so these are no parameters: whoever needs one adds it to the functions' variables.
 */
const unsetByDefault: readonly ParameterSettingName[] = [
  'secretJsonKey',
  'tokenPrefix',
  'issuer',
  'audience',
  'publicOrigin',
  'publicBasePath',
];

const names = (Object.keys(settings) as ParameterSettingName[]).filter(
  (name) => !['secretId', 'accountKeyId'].includes(name) && !unsetByDefault.includes(name),
);
/**
 * The headers count only with a Binding other than off. A refusal is a Deny, so that one function serves every kind of API.
 */
const defaults = { binding: 'off', bindingHeaders: 'Authorization', denial: 'policy' };

/** infra/cloudformation/sam/template.yaml: the same stack as serverless.yml's, on SAM's types. */
export function samTemplate(): Record<string, TemplateValue> {
  const given = settingParameters(names, defaults);
  const environment = {
    APPROOV_SECRET_ID: secretArn,
    APPROOV_ACCOUNT_KEY_ID: accountKeyOrUnused,
    ...given.environment,
    // Declared so that env.json can lead to the local stand-in: sam local overrides only what the template declares.
    AWS_ENDPOINT_URL_SECRETS_MANAGER: cfn.sub('https://secretsmanager.${AWS::Region}.${AWS::URLSuffix}'),
  };
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Transform: 'AWS::Serverless-2016-10-31',
    Description: 'Approov tokens checked in front of a sample backend: REST, HTTP and WebSocket API',
    Parameters: {
      ...authorizerParameters,
      ...ttlParameter,
      ...ownParameters,
      ...given.parameters,
    },
    Conditions: {
      ...authorizerConditions,
      ...cachingConditions,
      ...given.conditions,
      [hasWebsocket]: cfn.equals(cfn.ref('Websocket'), 'on'),
      MakesLogRole: cfn.equals(cfn.ref('ApiGatewayLogRole'), 'create'),
      AnswersSimply: cfn.equals(cfn.ref('HttpApiResponse'), 'simple'),
    },
    Globals: {
      Function: {
        Runtime: 'nodejs24.x',
        Architectures: [cfn.ref('Architecture')],
        MemorySize: cfn.ref('MemoryMegabytes'),
        Timeout: 9,
      },
    },
    Resources: {
      ...restApi(),
      ...httpApi(),
      ...websocketApi(),
      ...functions(environment),
      ...secretResources,
      ...accountLogging('MakesLogRole'),
    },
    Outputs: {
      RestUrl: output(
        'GET and POST, with an Approov token',
        cfn.sub('https://${RestApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${StageName}/rest/hello'),
      ),
      HttpUrl: output(
        'GET and POST, with an Approov token',
        cfn.sub('https://${HttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${StageName}/http/hello'),
      ),
      WebsocketUrl: {
        ...output(
          'Connect with an Approov token',
          cfn.sub('wss://${WebsocketApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}/${StageName}'),
        ),
        Condition: hasWebsocket,
      },
      FunctionName: output('For the observability stack', cfn.ref('AuthorizerFunction')),
      LogGroupName: output('For the observability stack', cfn.ref('AuthorizerLogGroup')),
      SecretArn: output(
        'Secret that holds the base64 Approov secret: fill it with npm run secret',
        secretArn,
      ),
    },
  };
}

const ownParameters: Section = {
  StageName: {
    Type: 'String',
    Default: 'dev',
    AllowedPattern: '[A-Za-z0-9_]{1,128}',
    Description: 'Stage of the APIs',
  },
  Websocket: {
    Type: 'String',
    Default: 'off',
    AllowedValues: ['on', 'off'],
    Description: 'on: a WebSocket API too',
  },
  CorsOrigin: {
    Type: 'String',
    Default: '*',
    AllowedPattern: '\\*|https?://[a-z0-9.:-]+',
    Description: 'Origin of web pages that may call the APIs',
  },
  ApiGatewayLogRole: {
    Type: 'String',
    Default: 'create',
    AllowedValues: ['create', 'existing'],
    Description: 'existing: the account already lets API Gateway write logs',
  },
};

function output(description: string, value: TemplateValue) {
  return { Description: description, Value: value };
}
