import { createdSecrets, type StagePlan, type TemplateText } from './stagePlan.ts';

/** The secrets of a stage: what the stack creates, and what the authorizers' role may read. */
export interface SecretResources {
  /** For the `resources` of serverless.yml. */
  resources: { Resources: Record<string, object>; Outputs: Record<string, object> };
  /** IAM statements: one action on exactly the secrets in use. */
  statements: object[];
}

/**
 * Refers to the secrets given by ARN, or creates them empty, so that a value is never in a template.
 *
 * @param name of a created secret: what comes before its role in the stack.
 */
export function secretResources(plan: StagePlan, name: string): SecretResources {
  const { secretArn, accountKeyArn, kmsKeyArn } = plan.parameters;
  const wanted = [
    { id: createdSecrets.token, arn: secretArn, suffix: 'token-secret', what: 'Approov token secret' },
    ...(plan.needsAccountKey
      ? [
          {
            id: createdSecrets.accountKey,
            arn: accountKeyArn,
            suffix: 'account-message-signing-key',
            what: 'Approov account message signing key',
          },
        ]
      : []),
  ];
  const resources = wanted
    .filter(({ arn }) => arn === undefined)
    .map(({ id, suffix, what }) => [
      id,
      {
        Type: 'AWS::SecretsManager::Secret',
        Properties: {
          Name: `${name}/${suffix}`,
          Description: `${what}, base64. Put it with: npm run secret`,
          ...(kmsKeyArn !== undefined && { KmsKeyId: kmsKeyArn }),
        },
      },
    ]);
  const arns: TemplateText[] = wanted.map(({ id, arn }) => arn ?? { Ref: id });
  const outputs = wanted.map(({ id, what }, index) => [
    `${id}Arn`,
    { Description: `ARN of the ${what}`, Value: arns[index] },
  ]);
  return {
    resources: { Resources: Object.fromEntries(resources), Outputs: Object.fromEntries(outputs) },
    statements: [
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: arns.length === 1 ? arns[0] : arns,
      },
      ...(kmsKeyArn === undefined
        ? []
        : [
            {
              Effect: 'Allow',
              Action: 'kms:Decrypt',
              Resource: kmsKeyArn,
              Condition: {
                StringEquals: {
                  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's own placeholders
                  'kms:ViaService': { 'Fn::Sub': 'secretsmanager.${AWS::Region}.${AWS::URLSuffix}' },
                },
              },
            },
          ]),
    ],
  };
}
