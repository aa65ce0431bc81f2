import { decodeSecret } from '../../../src/keys/decodeSecret.ts';
import type { VersionStage } from '../../../src/keys/secretCache.ts';
import type { LocalRun } from './localRun.ts';

/** Bytes of the token secret that the stand-in holds now, whoever stored it. Undefined when it has no such version. */
export function tokenSecret(
  { secretsManager, secretName }: LocalRun,
  stage: VersionStage = 'AWSCURRENT',
): Uint8Array | undefined {
  const version = secretsManager.version(secretName, stage);
  return version && decodeSecret(version.text);
}
