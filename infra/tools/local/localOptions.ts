import { once } from 'node:events';
import { createServer, isIPv4 } from 'node:net';
import { parseArgs } from 'node:util';
import { CommandError } from '../command/runCommand.ts';

const help = `Runs the APIs of serverless.yml on this machine, with the built functions, stand-ins for Secrets Manager with a new
secret, for the host of a new keyset and for an identity provider, and API Gateway as 'serverless offline' emulates it:
once as it is, and once with an authorizer that checks users too.

  npm start                  serves a console, whose address is the first line; Ctrl-C stops everything
  npm run demo               sends the demo's requests and compares the results; exit code 1 on a difference
  npm start -- --curl        also prints those requests as curl commands
  npm start -- --port 4000   a port other than 3000; the next two are also used
  npm start -- --host IP     listens on this address of this machine, so that a phone on the same network reaches the
                             APIs and the console
`;

/** The address that other machines do not reach. */
export const loopback = '127.0.0.1';

/** The checked options of `npm start`. */
export interface LocalOptions {
  /** Sends the requests once, as `npm run demo` does. */
  readonly isDemo: boolean;
  /** Prints the requests as curl commands. */
  readonly withCommands: boolean;
  readonly port: number;
  /** Address that the APIs and the console listen on. */
  readonly host: string;
}

/**
 * Reads the command line.
 *
 * @returns the text to print for `--help`
 * @throws CommandError that names the wrong option and what it must be.
 */
export function localOptions(args: string[]): LocalOptions | string {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      curl: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
      host: { type: 'string', default: loopback },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return help;
  const { once: isDemo, curl: withCommands, port, host } = values;
  return { isDemo, withCommands, port: portNumber(port), host: hostAddress(host) };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_533) {
    throw new CommandError(`--port must be a whole number from 1 to 65533, not '${text}'`);
  }
  return port;
}

function hostAddress(text: string): string {
  if (!isIPv4(text) || text === '0.0.0.0') {
    throw new CommandError(
      `--host must be an IPv4 address of this machine such as 192.168.1.20, not '${text}'`,
    );
  }
  return text;
}

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
