import { cfn, type Section } from './intrinsics.ts';

/** Logical ids of the secrets that a stack makes. */
const made = { token: 'ApproovTokenSecret', accountKey: 'ApproovAccountKey' } as const;

/** ARN of the Approov secret: the given one, or that of the one made. */
export const secretArn = cfn.if('MakesSecret', cfn.ref(made.token), cfn.ref('SecretArn'));

/** ARN of the account message signing key, where there is one. */
export const accountKeyArn = cfn.if('MakesAccountKey', cfn.ref(made.accountKey), cfn.ref('AccountKeyArn'));

/**
 * The same, and where there is none a word that names no secret: a variable without a value is an empty one
 * in `sam local invoke`, and that fails the start.
 */
export const accountKeyOrUnused = cfn.if(
  'MakesAccountKey',
  cfn.ref(made.accountKey),
  cfn.if('HasAccountKey', cfn.ref('AccountKeyArn'), 'unused'),
);

/** The secrets, empty: a value is never in a template. */
export const secretResources: Section = {
  [made.token]: emptySecret('MakesSecret', 'Approov token secret, base64'),
  [made.accountKey]: emptySecret('MakesAccountKey', 'Approov account message signing key, base64'),
};

/** Permissions to read the secrets in use, and nothing else: one action. */
export const secretStatements = [
  allow('secretsmanager:GetSecretValue', [secretArn, cfn.if('ReadsAccountKey', accountKeyArn)]),
  cfn.if('HasKmsKey', {
    ...allow('kms:Decrypt', cfn.ref('KmsKeyArn')),
    Condition: {
      StringEquals: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
        'kms:ViaService': cfn.sub('secretsmanager.${AWS::Region}.${AWS::URLSuffix}'),
      },
    },
  }),
];

function emptySecret(condition: string, description: string) {
  return {
    Type: 'AWS::SecretsManager::Secret',
    Condition: condition,
    DeletionPolicy: 'Delete',
    UpdateReplacePolicy: 'Delete',
    Properties: {
      Description: description,
      KmsKeyId: cfn.if('HasKmsKey', cfn.ref('KmsKeyArn')),
    },
  };
}

function allow(action: string, resource: Parameters<typeof cfn.not>[0]) {
  return { Effect: 'Allow', Action: action, Resource: resource };
}
