import { randomBytes } from 'node:crypto';
import { decodeSecret } from '../../../src/keys/decodeSecret.ts';
import type { VersionStage } from '../../../src/keys/secretCache.ts';
import type { Fault as SecretsFault } from '../standIns/secretsManager/secretsProtocol.ts';
import type { LocalRun } from './localRun.ts';
import { InputError } from './parseCurl.ts';
import type { Fault } from './protocol.ts';

/** The states of the stand-in for Secrets Manager, the working one first. */
const faults: readonly (Fault & { readonly injected: SecretsFault | undefined })[] = [
  { id: 'none', title: 'Works', effect: 'every call is answered at once', injected: undefined },
  {
    id: 'outage',
    title: 'Outage',
    effect: 'every call fails with InternalServiceError',
    injected: { kind: 'InternalServiceError' },
  },
  {
    id: 'denied',
    title: 'Access denied',
    effect: 'every call fails with AccessDeniedException',
    injected: { kind: 'AccessDeniedException' },
  },
  {
    id: 'slow',
    title: 'Slow',
    effect: 'every call takes 1.5 s, which is under the limit of 2 s',
    injected: { kind: 'slow', ms: 1500 },
  },
  { id: 'hang', title: 'Hangs', effect: 'no call is ever answered', injected: { kind: 'hang' } },
];

/** {@link faults}, for the page. */
export const faultList: readonly Fault[] = faults.map(({ id, title, effect }) => ({ id, title, effect }));

/** The state of the stand-in. */
export function activeFault({ secretsManager }: LocalRun): string {
  return faults.find(({ injected }) => injected === secretsManager.fault)?.id ?? 'other';
}

/**
 * Puts the stand-in into a state.
 *
 * @throws InputError
 */
export function setFault({ secretsManager }: LocalRun, id: string): void {
  const fault = faults.find((entry) => entry.id === id);
  if (fault === undefined) throw new InputError('There is no such fault.');
  secretsManager.fault = fault.injected;
}

/** Stores a new secret, as `npm run secret` does after `approov secret -change`. The old one stays as AWSPREVIOUS. */
export function rotateSecret({ secretsManager, secretName }: LocalRun): void {
  secretsManager.rotate(secretName, { string: randomBytes(64).toString('base64') });
}

/** Bytes of the token secret that the stand-in holds now, whoever stored it. Undefined when it has no such version. */
export function tokenSecret(
  { secretsManager, secretName }: LocalRun,
  stage: VersionStage = 'AWSCURRENT',
): Uint8Array | undefined {
  const version = secretsManager.version(secretName, stage);
  return version && decodeSecret(version.text);
}
