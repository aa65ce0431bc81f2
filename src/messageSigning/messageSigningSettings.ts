/**
 * Which signature must verify: the installation's (ECDSA P-256), the account's (HMAC SHA-256), or `any`: the installation's
 * where token and request have one, else the account's.
 */
export type SigningMode = 'install' | 'account' | 'any';

/** What is required of a request's message signature. */
export interface MessageSigningSettings {
  readonly mode: SigningMode;
  /** what happens to an unsigned request whose token names no key that the mode takes (`ipk`, `mskid`) */
  readonly withoutKey: 'refuse' | 'allow';
  /**
   * names that a signature must cover, in lower case, without parameters. `approov-token` stands for the header that
   * carries the token, whatever its name.
   */
  readonly requiredComponents: readonly string[];
  /** greatest accepted age of `created` */
  readonly maxAgeSeconds: number;
  /** seconds by which the clocks may differ */
  readonly clockToleranceSeconds: number;
  /** scheme and host that clients see; `https://` and the event's domain name if left out */
  readonly publicOrigin?: string | undefined;
  /** path prefix that clients see in place of the stage or base path, empty for none; as in the event if left out */
  readonly publicBasePath?: string | undefined;
  /** header that carries the token, any case */
  readonly tokenHeader: string;
  /** whether token binding is on: an Authorization header must then be covered */
  readonly bindingOn: boolean;
}
