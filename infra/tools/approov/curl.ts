import type { HttpRequest } from './httpRequest.ts';

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
