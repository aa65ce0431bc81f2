import { once } from 'node:events';
import { createServer } from 'node:net';
import { CommandError } from '../command/runCommand.ts';

/**
 * Makes sure that a port can be listened on.
 *
 * @throws CommandError that names the port and how to choose another.
 */
export async function assertPortFree(host: string, port: number): Promise<void> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CommandError(
      code === 'EADDRINUSE'
        ? `port ${port} is taken: stop what uses it, or choose another with: npm start -- --port ${port + 1000}`
        : `cannot listen on ${host}:${port}: ${code}`,
    );
  }
  server.close();
  await once(server, 'close');
}
