import { cfn, type TemplateValue } from './intrinsics.ts';

/** Logical ids of the secrets that a stack creates. */
export const secretIds = { token: 'ApproovTokenSecret', accountKey: 'ApproovAccountKey' } as const;

/** What each of them holds. */
export const secretContents = {
  token: 'Approov token secret, base64',
  accountKey: 'Approov account message signing key, base64',
} as const;

/** A secret without a value: a value is never in a template. */
export function emptySecret(Name: string, content: string, KmsKeyId: string | undefined): TemplateValue {
  return {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name, Description: `${content}. Fill it with: npm run secret`, KmsKeyId },
  };
}

/** Lets a role read the secrets in use: one action, and no other secret. */
export function readSecrets(secretArns: readonly TemplateValue[]): TemplateValue {
  return {
    Effect: 'Allow',
    Action: 'secretsmanager:GetSecretValue',
    Resource: secretArns.length === 1 ? (secretArns[0] as TemplateValue) : secretArns,
  };
}

/** Lets a role decrypt with the secrets' own KMS key, through Secrets Manager alone. */
export function decryptSecrets(kmsKeyArn: TemplateValue): TemplateValue {
  return {
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: kmsKeyArn,
    Condition: {
      StringEquals: {
        // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
        'kms:ViaService': cfn.sub('secretsmanager.${AWS::Region}.${AWS::URLSuffix}'),
      },
    },
  };
}
