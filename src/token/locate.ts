import type { Config } from '../config/settings.ts';
import { Refusal } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { headerValues } from '../event/headers.ts';

// Approov SDK 3.7 and later states here why it could not fetch a token. The client writes it: never a reason to allow.
const statusHeader = 'approov-status';

// Older clients put a status word where the token should be: Flutter's `NO_NETWORK`, Alamofire's `no_network`. A token has
// dots, so neither can be taken for the other.
const statusWord = /^(?:[A-Z_]+|(?=[a-z]*_)[a-z_]+|rejected)$/;

/**
 * Finds the one token of a request.
 *
 * @returns the token as sent, not verified in any way
 * @throws Refusal `token_missing`: header absent or empty; `client_status`: the app says that it has no token;
 *   `token_ambiguous`: sent more than once or with a comma; `token_malformed`: the configured prefix is not there
 */
export function locateRawToken(
  request: Pick<ApiRequest, 'apiType' | 'headers' | 'target'>,
  {
    tokenHeader,
    tokenPrefix,
    tokenQueryParameter,
  }: Pick<Config, 'tokenHeader' | 'tokenPrefix' | 'tokenQueryParameter'>,
): string {
  const { headers } = request;
  const values = headerValues(headers, tokenHeader);
  if (!values.every(isBlank)) return singleToken(values, tokenPrefix);
  const queryValues = handshakeQueryValues(request, tokenQueryParameter);
  if (!queryValues.every(isBlank)) return singleToken(queryValues, undefined);
  const rawStatus = headerValues(headers, statusHeader).find((status) => !isBlank(status));
  throw rawStatus === undefined ? new Refusal('token_missing') : clientStatus(rawStatus);
}

/** Values of a query parameter of a WebSocket handshake: other requests can send the header. */
function handshakeQueryValues(
  { apiType, target }: Pick<ApiRequest, 'apiType' | 'target'>,
  name: string | undefined,
): readonly string[] {
  const query = apiType === 'websocket' && name !== undefined ? target().query : undefined;
  if (!query || !('decoded' in query)) return [];
  return query.decoded.filter(([other]) => other === name).map(([, value]) => value);
}

function singleToken(values: readonly string[], prefix: string | undefined): string {
  const [value] = values as [string];
  if (values.length === 1 && statusWord.test(value) && !isWord(value, prefix)) throw clientStatus(value);
  if (values.length > 1 || value.includes(',')) throw new Refusal('token_ambiguous');
  return withoutPrefix(value, prefix);
}

function withoutPrefix(value: string, prefix: string | undefined): string {
  if (prefix === undefined) return value;
  const space = value.indexOf(' ');
  if (space < 0 || !isWord(value.slice(0, space), prefix)) throw new Refusal('token_malformed');
  const token = value.slice(space).replace(/^ +/, '');
  if (statusWord.test(token)) throw clientStatus(token);
  return token;
}

function clientStatus(rawClientStatus: string): Refusal {
  return new Refusal('client_status', { rawClientStatus });
}

function isWord(value: string, word: string | undefined): boolean {
  return value.toLowerCase() === word?.toLowerCase();
}

function isBlank(value: string): boolean {
  return value.trim() === '';
}
