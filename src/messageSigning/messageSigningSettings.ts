/** Which signature must verify: the installation's (ECDSA P-256) or the account's (HMAC SHA-256). */
export type SigningMode = 'install' | 'account';

/** What a request's message signature must be. */
export interface MessageSigningSettings {
  readonly mode: SigningMode;
  /** whether a token that names no key of this mode (`ipk`, `mskid`) is refused, or lets its request through unsigned */
  readonly withoutKey: 'refuse' | 'allow';
  /**
   * names that a signature must cover, in lower case, without parameters. `approov-token` stands for the header that
   * carries the token, whatever its name.
   */
  readonly requiredComponents: readonly string[];
  /** age of `created` that is still accepted */
  readonly maxAgeSeconds: number;
  /** seconds by which the clocks may differ */
  readonly clockToleranceSeconds: number;
  /** scheme and host that clients see; `https://` and the event's domain name if left out */
  readonly publicOrigin?: string | undefined;
  /** path prefix that clients see in place of the stage, empty for none; as the event says if left out */
  readonly publicBasePath?: string | undefined;
  /** header that carries the token, any case */
  readonly tokenHeader: string;
  /** whether token binding is checked: an Authorization header must then be covered */
  readonly bindingOn: boolean;
}
