/** A request as a client sends it. */
export interface HttpRequest {
  method: string;
  /** Absolute, exactly as the client writes it. */
  url: string;
  /** Names in any case; values as sent. */
  headers: Record<string, string>;
  body?: string | undefined;
}

/** A header's trimmed value, whatever the case of its name. Undefined when it is not sent. */
export function headerValue(headers: Record<string, string>, name: string): string | undefined {
  return Object.entries(headers)
    .find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1]
    .trim();
}

/**
 * A request as a `curl` command for a POSIX shell that prints the answer's status line, headers and body.
 *
 * @param separator between the arguments. A line break keeps long commands readable.
 */
export function curlCommand({ method, url, headers, body }: HttpRequest, separator = ' \\\n  '): string {
  const isDefaultMethod = method === (body === undefined ? 'GET' : 'POST');
  return [
    `curl -si${isDefaultMethod ? '' : ` -X ${method}`} ${quote(url)}`,
    ...Object.entries(headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [`--data-binary ${quote(body)}`]),
  ].join(separator);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
