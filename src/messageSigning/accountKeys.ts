import type { webcrypto } from 'node:crypto';

/** The account message signing keys of one version of the secret: the key for a token's `mskid`, if there is one. */
export type AccountKeySet = (mskid: string) => webcrypto.CryptoKey | undefined;

/**
 * Offers the account keys: the current ones, then the previous ones in their grace, then those fetched afresh, until
 * `verifies` is true.
 *
 * @returns something that is true when one of them verified
 * @throws Failure `account_key_unavailable`, `account_key_invalid`
 */
export type AccountKeys = (verifies: (keys: AccountKeySet) => Promise<boolean>) => Promise<unknown>;
