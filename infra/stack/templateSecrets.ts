import { unsetWord } from '../../src/config/readEnvironment.ts';
import { cfn, type Section } from './intrinsics.ts';
import { unusedWord } from './parameters.ts';
import { decryptSecrets, emptySecret, readSecrets, secretContents, secretIds } from './secrets.ts';
import { isUnset } from './templateParameters.ts';

/** Which secrets there are, and which of them the stack creates. */
export const secretConditions: Section = {
  CreatesSecret: isUnset('SecretArn'),
  UsesSecret: cfn.not(cfn.equals(cfn.ref('SecretArn'), unusedWord)),
  HasKmsKey: cfn.not(isUnset('KmsKeyArn')),
  HasAccountKey: cfn.not(isUnset('AccountKeyArn')),
  CreatesAccountKey: cfn.and(
    cfn.or(cfn.equals(cfn.ref('MessageSigning'), 'account'), cfn.equals(cfn.ref('MessageSigning'), 'any')),
    cfn.not(cfn.condition('HasAccountKey')),
  ),
  ReadsSecrets: cfn.or(
    cfn.condition('UsesSecret'),
    cfn.condition('HasAccountKey'),
    cfn.condition('CreatesAccountKey'),
  ),
};

/** ARN of the Approov secret: the given one, or that of the one created. `none` where it is unused. */
export const secretArn = cfn.if(
  'CreatesSecret',
  cfn.ref(secretIds.token),
  cfn.if('UsesSecret', cfn.ref('SecretArn'), unsetWord),
);

/** The output that tells it, where there is one. */
export const secretOutput = {
  SecretArn: {
    Condition: 'UsesSecret',
    Description: 'Secret that holds the base64 Approov secret',
    Value: cfn.if('CreatesSecret', cfn.ref(secretIds.token), cfn.ref('SecretArn')),
  },
};

/** The same of the account message signing key. `none` where there is none. */
export const accountKeyArn = cfn.if(
  'CreatesAccountKey',
  cfn.ref(secretIds.accountKey),
  cfn.ref('AccountKeyArn'),
);

const kmsKeyId = cfn.if('HasKmsKey', cfn.ref('KmsKeyArn'));

/** The secrets that no ARN is given for. */
export const secretResources: Section = {
  [secretIds.token]: emptySecret(secretContents.token, kmsKeyId, { Condition: 'CreatesSecret' }),
  [secretIds.accountKey]: emptySecret(secretContents.accountKey, kmsKeyId, {
    Condition: 'CreatesAccountKey',
  }),
};

/** Permissions to read the secrets in use, and nothing else. */
export const secretStatements = [
  readSecrets([
    cfn.if('CreatesSecret', cfn.ref(secretIds.token), cfn.if('UsesSecret', cfn.ref('SecretArn'))),
    cfn.if(
      'CreatesAccountKey',
      cfn.ref(secretIds.accountKey),
      cfn.if('HasAccountKey', cfn.ref('AccountKeyArn')),
    ),
  ]),
  cfn.if('HasKmsKey', decryptSecrets(cfn.ref('KmsKeyArn'))),
];
