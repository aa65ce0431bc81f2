import { type StackParameterName, stackParameters } from '../../stack/parameters.ts';
import { settingParameters } from '../../stack/settingParameters.ts';
import { parameterVariable, scalarValidation, type Variable } from './parameterVariable.ts';

/** Variables that belong together. */
export interface VariableGroup {
  readonly title: string;
  readonly variables: readonly Variable[];
}

const of = (...names: readonly StackParameterName[]) =>
  names.map((name) => parameterVariable(name, stackParameters[name]));
const existingSecret = (name: string, description: string): Variable => ({
  name,
  description,
  type: 'string',
  default: 'null',
  isNullable: true,
  validation: scalarValidation(name, stackParameters.accountKeyArn.rule, true),
});
const apis = (kind: string, name: string, route: string): Variable => ({
  name,
  description: `${kind} to attach the authorizer to: a map of names of your choice to API ids. ${route}`,
  type: 'map(string)',
  default: '{}',
  validation: {
    condition: `alltrue([for key in keys(var.${name}) : can(regex("^[A-Za-z0-9_-]{1,64}$", key))])`,
    message: `The names in ${name} must be letters, digits, hyphens and underscores.`,
  },
});

/** Every variable of the module: its own, those of the stacks' table, and all settings. */
export const variableGroups: readonly VariableGroup[] = [
  {
    title: 'Module',
    variables: [
      { name: 'create', description: 'Whether to create anything.', type: 'bool', default: 'true' },
      {
        name: 'name',
        description: 'Name of the function and prefix of the names of its resources.',
        type: 'string',
        default: '"approov-authorizer"',
        validation: {
          condition: 'can(regex("^[A-Za-z0-9_-]{1,64}$", var.name))',
          message: 'name must be 1 to 64 letters, digits, hyphens and underscores.',
        },
      },
      {
        name: 'tags',
        description: 'Tags of every resource that can have tags.',
        type: 'map(string)',
        default: '{}',
      },
    ],
  },
  {
    title: 'Function',
    variables: [
      {
        name: 'local_existing_package',
        description:
          'Path of the package, a zip of dist/authorizer/index.cjs and its notices. Give this or s3_existing_package.',
        type: 'string',
        default: 'null',
        isNullable: true,
      },
      {
        name: 's3_existing_package',
        description:
          'The package in an S3 bucket, which must be in the region of the provider. A new package needs a new key or version.',
        type: 'object({\n  bucket     = string\n  key        = string\n  version_id = optional(string)\n})',
        default: 'null',
        isNullable: true,
      },
      ...of('memoryMegabytes', 'architecture', 'reservedConcurrency', 'logRetentionDays', 'logKmsKeyArn'),
    ],
  },
  {
    title: 'Secrets',
    variables: [
      {
        name: 'create_secret',
        description:
          'Whether to create an empty secret, to be filled afterwards. false: the function reads secret_arn.',
        type: 'bool',
        default: 'true',
      },
      existingSecret(
        'secret_arn',
        'ARN of an existing secret that holds the base64 Approov secret, with create_secret = false.',
      ),
      {
        name: 'create_account_key',
        description:
          'Whether message_signing = "account" or "any" creates an empty secret for the account message signing key. false: the function reads account_key_arn.',
        type: 'bool',
        default: 'true',
      },
      existingSecret(
        'account_key_arn',
        'ARN of an existing secret that holds the account message signing key, with create_account_key = false.',
      ),
      ...of('kmsKeyArn'),
    ],
  },
  {
    title: 'APIs',
    variables: [
      apis('REST APIs', 'rest_apis', 'Set authorizer_id on each method.'),
      apis('HTTP APIs', 'http_apis', 'Set authorizer_id on each route.'),
      apis('WebSocket APIs', 'websocket_apis', 'Set authorizer_id on the $connect route.'),
      {
        name: 'authorizer_name',
        description:
          'Name of the authorizer in each API. null: that of the function, so that the module can be used twice on one API.',
        type: 'string',
        default: 'null',
        isNullable: true,
      },
      {
        name: 'create_gateway_response',
        description:
          'Whether to set the gateway response ACCESS_DENIED of the REST APIs to 401. Without it they answer a Deny with 403. An API has one: where the module is used twice, false in the second.',
        type: 'bool',
        default: 'true',
      },
      ...of('authorizerTtlSeconds'),
    ],
  },
  {
    title: 'Observability',
    variables: [
      {
        name: 'create_observability',
        description: 'Whether to create metric filters, alarms and a dashboard.',
        type: 'bool',
        default: 'true',
      },
      ...of('alarmTopicArn', 'refusalAlarmPercent'),
    ],
  },
  {
    title: 'Settings of the authorizer',
    variables: Object.entries(settingParameters).map(([name, parameter]) =>
      parameterVariable(name, parameter),
    ),
  },
];
