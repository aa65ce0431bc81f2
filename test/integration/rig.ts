import { mintToken } from '../../infra/tools/approov/mint.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { eventOf } from '../cases/eventOf.ts';
import { type Artifact, type ArtifactAnswer, startArtifact } from './artifact.ts';

/** Secrets of the integration tests, by age. */
export const secrets = ['first', 'second', 'third'].map((name) =>
  Buffer.alloc(64, `the ${name} secret of the tests, `),
);

/** A Secrets Manager with a secret in it. */
export async function startSecrets(): Promise<SecretsManager> {
  const secretsManager = await startSecretsManager();
  secretsManager.putSecret(
    'approov/secret',
    { string: (secrets[0] as Buffer).toString('base64') },
    { createdDate: new Date(0) },
  );
  return secretsManager;
}

/** A token that is valid for five minutes, signed with one of {@link secrets}. */
export function token(secret = 0, claims: object = {}): string {
  return mintToken({
    claims: { exp: Date.now() / 1000 + 300, did: 'device', ...claims },
    key: secrets[secret] as Buffer,
  });
}

/** The event of a request with this token. */
export const request = (value: string) => eventOf.rest([['Approov-Token', value]]);

/** `allow`, `deny`, `unauthorized`, or the failure's message. */
export function outcome({ response, error }: ArtifactAnswer): string {
  if (error) return error.message === 'Unauthorized' ? 'unauthorized' : error.message;
  return response?.isAuthorized || response?.policyDocument?.Statement[0].Effect === 'Allow'
    ? 'allow'
    : 'deny';
}

/** Runs an action with an artifact and a Secrets Manager stand-in, and stops both. */
export async function withArtifact(
  variables: Readonly<Record<string, string>>,
  run: (artifact: Artifact, secretsManager: SecretsManager) => Promise<void>,
  prepare: (secretsManager: SecretsManager) => void = () => undefined,
): Promise<void> {
  const secretsManager = await startSecrets();
  prepare(secretsManager);
  let artifact: Artifact | undefined;
  try {
    artifact = await startArtifact(secretsManager.endpoint, variables);
    await run(artifact, secretsManager);
  } finally {
    await artifact?.stop();
    await secretsManager.close();
  }
}

/** Waits until `check` holds, at most `seconds`. */
export async function until(check: () => Promise<boolean>, seconds: number): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await check()) return true;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}
