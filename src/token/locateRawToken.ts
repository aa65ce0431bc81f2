import { Refusal } from '../decision/refusal.ts';
import { type HeaderFields, headerValues } from '../event/headers.ts';

/** Where the token is sent. */
export interface TokenLocation {
  /** Name of the header that carries the token, any case. */
  readonly header: string;
  /** Word before the token, such as `Bearer`; then required, any case. */
  readonly prefix?: string | undefined;
}

// Approov SDK 3.7 and later states here why it could not fetch a token. The client writes it: never a reason to allow.
const statusHeader = 'approov-status';

// Older Flutter clients put a status word where the token should be: `NO_NETWORK`, `MITM_DETECTED`.
const statusWord = /^[A-Z_]+$/;

/**
 * Finds the one token of a request.
 *
 * @returns the token as sent, not verified in any way
 * @throws Refusal `token_missing`: header absent or empty; `client_status`: the app says that it has no token;
 *   `token_ambiguous`: header sent more than once or with a comma; `token_malformed`: the configured prefix is not
 *   there
 */
export function locateRawToken(headers: HeaderFields, location: TokenLocation): string {
  const values = headerValues(headers, location.header);
  if (values.every(isBlank)) {
    const rawStatus = headerValues(headers, statusHeader).find((status) => !isBlank(status));
    throw rawStatus === undefined
      ? new Refusal('token_missing')
      : new Refusal('client_status', { rawClientStatus: rawStatus });
  }
  const [value] = values as [string];
  if (values.length === 1 && statusWord.test(value) && !isWord(value, location.prefix)) {
    throw new Refusal('client_status', { rawClientStatus: value });
  }
  if (values.length > 1 || value.includes(',')) throw new Refusal('token_ambiguous');
  return withoutPrefix(value, location.prefix);
}

function withoutPrefix(value: string, prefix: string | undefined): string {
  if (prefix === undefined) return value;
  const space = value.indexOf(' ');
  if (space < 0 || !isWord(value.slice(0, space), prefix)) throw new Refusal('token_malformed');
  const token = value.slice(space).replace(/^ +/, '');
  if (statusWord.test(token)) throw new Refusal('client_status', { rawClientStatus: token });
  return token;
}

function isWord(value: string, word: string | undefined): boolean {
  return value.toLowerCase() === word?.toLowerCase();
}

function isBlank(value: string): boolean {
  return value.trim() === '';
}
