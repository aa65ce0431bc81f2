import type { SecretCache } from './secretCache.ts';

/** The version of a secret that verified a signature. */
export type AcceptedBy = 'current' | 'previous';

/**
 * Tries a signature with the current version of a secret, with the previous one in its grace, and, when neither
 * verifies it, once more with the secret fetched afresh, so that a rotation takes effect at once.
 *
 * @param secretCache cache of the secret
 * @param verifies whether a key verifies the signature
 * @param arrivedAt when the request came, by the steady clock, in milliseconds
 * @returns the version that verifies it, undefined when none does
 * @throws Failure when the secret cannot be fetched
 */
export async function verifyWithSecret<Key>(
  secretCache: SecretCache<Key>,
  verifies: (key: Key) => Promise<boolean>,
  arrivedAt: number,
): Promise<AcceptedBy | undefined> {
  const seen = await secretCache.current();
  if (await verifies(seen.key)) return 'current';
  // A previous version that cannot be fetched must not hide that there is a new one.
  const [previous] = await Promise.allSettled([verifiesWithPrevious(seen)]);
  if (previous.status === 'fulfilled' && previous.value) return 'previous';
  const fresh = await secretCache.refreshAfterMismatch(seen, arrivedAt);
  if (fresh) {
    if (await verifies(fresh.key)) return 'current';
    return (await verifiesWithPrevious(fresh)) ? 'previous' : undefined;
  }
  if (previous.status === 'rejected') throw previous.reason;
  return undefined;

  async function verifiesWithPrevious(current: typeof seen): Promise<boolean> {
    const previous = await secretCache.previousOf(current);
    return previous !== undefined && verifies(previous.key);
  }
}
