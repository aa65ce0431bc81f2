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
