import { type HttpRequest, headerValue } from './httpRequest.ts';

const derived: Record<string, (request: HttpRequest, url: URL) => string> = {
  '@method': ({ method }) => method,
  '@target-uri': ({ url }) => url,
  '@authority': (_, { host }) => host,
  '@scheme': (_, { protocol }) => protocol.slice(0, -1),
  '@path': (_, { pathname }) => pathname,
  '@query': (_, { search }) => (search === '' ? '?' : search),
};

/**
 * The text that a message signature signs.
 *
 * @param components names in order: header fields in lower case, derived components, or
 *   `@query-param;name="x"`.
 * @param parameters the signature's parameters as they are sent, from the first semicolon.
 * @returns the base, and the component list with its parameters as `Signature-Input` carries it.
 * @throws TypeError for a component that the request does not have.
 * @see https://www.rfc-editor.org/rfc/rfc9421#section-2.5 RFC 9421 section 2.5
 */
export function signatureBase(
  request: HttpRequest,
  components: readonly string[],
  parameters: string,
): { base: string; input: string } {
  const identifiers = components.map(identifier);
  const input = `(${identifiers.join(' ')})${parameters}`;
  const lines = components.map((component, index) => `${identifiers[index]}: ${value(request, component)}`);
  return { base: [...lines, `"@signature-params": ${input}`].join('\n'), input };
}

function identifier(component: string): string {
  const [, name = '', parameters = ''] = /^([^;]*)(.*)$/.exec(component) ?? [];
  return `"${name}"${parameters}`;
}

function value(request: HttpRequest, component: string): string {
  const url = new URL(request.url);
  const parameter = /^@query-param;name="([^"]*)"$/.exec(component)?.[1];
  if (parameter !== undefined) {
    const found = url.searchParams.getAll(decodeURIComponent(parameter));
    if (found.length !== 1) {
      throw new TypeError(`the query has ${found.length} parameters '${parameter}', a signature needs one`);
    }
    return formEncode(found[0] as string);
  }
  const result = component.startsWith('@')
    ? derived[component]?.(request, url)
    : headerValue(request.headers, component);
  if (result === undefined) {
    throw new TypeError(`the request has no component '${component}' to sign`);
  }
  return result;
}

/** @see https://www.rfc-editor.org/rfc/rfc9421#section-2.2.8 RFC 9421 section 2.2.8 */
function formEncode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
