import { cfn, type Section } from './intrinsics.ts';
import { decryptSecrets, emptySecret, readSecrets, secretContents, secretIds } from './secrets.ts';

/** ARN of the Approov secret: the given one, or that of the one made. */
export const secretArn = cfn.if('MakesSecret', cfn.ref(secretIds.token), cfn.ref('SecretArn'));

/** ARN of the account message signing key, where there is one. */
const accountKeyArn = cfn.if('MakesAccountKey', cfn.ref(secretIds.accountKey), cfn.ref('AccountKeyArn'));

/**
 * The same, and where there is none a word that names no secret: a variable without a value is an empty one
 * in `sam local invoke`, and that fails the start.
 */
export const accountKeyOrUnused = cfn.if(
  'MakesAccountKey',
  cfn.ref(secretIds.accountKey),
  cfn.if('HasAccountKey', cfn.ref('AccountKeyArn'), 'unused'),
);

const kmsKeyId = cfn.if('HasKmsKey', cfn.ref('KmsKeyArn'));

/** The secrets that no ARN is given for. */
export const secretResources: Section = {
  [secretIds.token]: emptySecret(secretContents.token, kmsKeyId, { Condition: 'MakesSecret' }),
  [secretIds.accountKey]: emptySecret(secretContents.accountKey, kmsKeyId, { Condition: 'MakesAccountKey' }),
};

/** Permissions to read the secrets in use, and nothing else. */
export const secretStatements = [
  readSecrets([secretArn, cfn.if('ReadsAccountKey', accountKeyArn)]),
  cfn.if('HasKmsKey', decryptSecrets(cfn.ref('KmsKeyArn'))),
];
