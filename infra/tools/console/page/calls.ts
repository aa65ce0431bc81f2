import { keyHeader, loopbackKey, type StreamItem } from '../protocol.ts';

const storedKey = 'console-key';

/** The key of the address that `npm start` printed. It stays in this tab and leaves the address bar. */
function readKey(): string {
  const [, given] = /^#key=(.+)$/.exec(location.hash) ?? [];
  if (given !== undefined) {
    sessionStorage.setItem(storedKey, given);
    history.replaceState(undefined, '', '/');
  }
  return sessionStorage.getItem(storedKey) ?? loopbackKey;
}

const key = readKey();

/**
 * Calls the console's server.
 *
 * @throws Error with the server's message.
 */
export async function call<Result>(name: string, body: object = {}): Promise<Result> {
  const response = await fetch(`/api/${name}`, {
    method: 'POST',
    headers: { [keyHeader]: key, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const content = await response.json();
  if (!response.ok) throw new Error(content.message);
  return content;
}

/** What follows the stream. */
export interface StreamListener {
  /** The stream begins, again or for the first time: all that is kept comes anew. */
  onOpen(): void;
  onItems(items: readonly StreamItem[]): void;
  onClosed(): void;
}

/** Follows the stream of decisions for as long as the page is open. */
export async function followStream(listener: StreamListener): Promise<never> {
  for (;;) {
    try {
      const response = await fetch('/api/stream', { headers: { [keyHeader]: key } });
      if (response.ok && response.body) {
        listener.onOpen();
        await readItems(response.body, (items) => listener.onItems(items));
      }
    } catch {
      // The server has ended. It may be started again.
    }
    listener.onClosed();
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function readItems(
  body: ReadableStream<Uint8Array>,
  take: (items: readonly StreamItem[]) => void,
): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    take(lines.map((line) => JSON.parse(line)));
  }
}
