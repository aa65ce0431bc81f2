import { readConfig } from '../../../src/config/readConfig.ts';
import type { Config } from '../../../src/config/settings.ts';
import { inspectRequest } from '../approov/inspectRequest.ts';
import { findApi, type LocalRun } from './localRun.ts';
import { HeaderList, InputError, type PastedRequest, parseCurl } from './parseCurl.ts';
import type { InspectInput, InspectResult } from './protocol.ts';

/**
 * Lets the authorizer's own code decide on a pasted token or request, with the settings and the secret of this run. It is
 * neither sent anywhere nor counted among the decisions, and an injected fault does not matter.
 *
 * @param clock milliseconds since 1970 UTC.
 * @throws InputError
 */
export async function inspectPasted(
  input: InspectInput,
  run: LocalRun,
  clock: () => number,
): Promise<InspectResult> {
  const found = findApi(run, input.api);
  if (found === undefined) throw new InputError('There is no such API.');
  const { config } = readConfig(found.group.settings, (name) => name);
  const { request, isBodyUnknown } = pastedRequest(input, found.api.url, config);
  // A request that was signed for another place is inspected as if it had come there.
  const { publicOrigin } = config;
  const origin = publicOrigin === undefined ? undefined : new URL(request.url).origin;
  const inspection = await inspectRequest(
    request,
    { ...config, publicOrigin: origin },
    {
      sourceOf: (secretId) => async (stage) => run.secretsManager.version(secretId, stage),
      fetchKeySet: async (uri) => run.keySets[uri] ?? '',
    },
    clock,
  );
  return { ...inspection, request, isBodyUnknown } as InspectResult;
}

function pastedRequest(
  { text, headers: more }: InspectInput,
  url: string,
  { tokenHeader, tokenPrefix = '' }: Config,
): PastedRequest {
  const pasted = text.trim();
  if (pasted === '') throw new InputError('Paste a token, or a request as a curl command.');
  const isCurl = /^curl\s/.test(pasted);
  const { request, isBodyUnknown } = isCurl
    ? parseCurl(pasted)
    : { request: { method: 'GET', url, headers: {} }, isBodyUnknown: false };
  const headers = new HeaderList(request.headers);
  if (!isCurl) {
    // The header's line may have been copied whole.
    const token = pasted.replace(new RegExp(`^${tokenHeader}:\\s*`, 'i'), '');
    if (/\s/.test(token)) throw new InputError('A token has no white space.');
    headers.add(`${tokenHeader}: ${tokenPrefix} ${token}`);
  }
  for (const line of more.split('\n').filter((line) => line.trim() !== '')) headers.add(line);
  return { request: { ...request, headers: headers.all() }, isBodyUnknown };
}
