/**
 * `npm start` runs the REST and the HTTP API on this machine and prints requests to try. `npm run demo` sends those
 * requests and compares the results.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config/readConfig.ts';
import { curlCommand } from '../approov/curl.ts';
import { demoRequests, refusalNote } from '../approov/demoRequests.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import { CommandError, runCommand } from '../command/runCommand.ts';
import { type SecretsManager, startSecretsManager } from '../secretsManager/secretsManager.ts';
import { assertPortFree } from './assertPortFree.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type DemoApi, runDemo } from './runDemo.ts';

const help = `Runs the APIs of serverless.yml on this machine, with the built functions, a stand-in for Secrets Manager with a new
secret, and API Gateway as 'serverless offline' emulates it.

  npm start                  prints curl commands to try; Ctrl-C stops everything
  npm run demo               sends those requests and compares the results; exit code 1 on a difference
  npm start -- --port 4000   a port other than 3000; the next but one is also used
`;

/** The name in serverless.yml, so that `npm run secret` can fill it here too. */
const secretName = 'approov-apigateway-dev/token-secret';
const host = '127.0.0.1';
/** How long the printed requests stay valid. */
const usableSeconds = 3600;

const authorizerSettings = {
  bindingHeaders: 'Authorization',
  binding: 'if-present',
  // A token with an installation key must come with a signature; the plain tokens have no such key.
  messageSigning: 'install',
  messageSigningWithoutKey: 'allow',
  // The signatures stay valid as long as the tokens, for pasting.
  signatureMaxAgeSeconds: String(usableSeconds),
};

await runCommand(async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const port = portNumber(values.port);
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort());
  }
  await assertPortFree(host, port);
  await assertPortFree(host, port + 2);
  const key = randomBytes(64);
  const secretsManager = await startSecretsManager({ host });
  let emulator: Emulator | undefined;
  try {
    emulator = await startLocalApis(port, secretsManager, key, interrupted.signal);
    const origin = `http://localhost:${port}`;
    const now = Math.floor(Date.now() / 1000);
    const { config: rules } = readConfig({ ...authorizerSettings, secretId: secretName }, (name) => name);
    const demo = { key, now, usableSeconds, rules };
    const requestsTo = (url: string) => [...demoRequests(url, demo), ...signedDemoRequests(url, demo)];
    const apis = [
      { name: 'REST', requests: requestsTo(`${origin}/dev/hello`) },
      { name: 'HTTP', requests: requestsTo(`${origin}/hello`) },
    ];
    return values.once
      ? await compare(apis, emulator)
      : await serve(apis, emulator, secretsManager, interrupted.signal);
  } finally {
    await emulator?.stop();
    await secretsManager.close();
  }
});

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_533) {
    throw new CommandError(`--port must be a whole number from 1 to 65533, not '${text}'`);
  }
  return port;
}

function startLocalApis(
  port: number,
  secretsManager: SecretsManager,
  key: Buffer,
  signal: AbortSignal,
): Promise<Emulator> {
  const secretArn = secretsManager.putSecret(secretName, { string: key.toString('base64') });
  return startEmulator({
    host,
    port,
    secretsManagerEndpoint: secretsManager.endpoint,
    signal,
    parameters: {
      secretArn,
      ...authorizerSettings,
      publicOrigin: `http://localhost:${port}`,
    },
  });
}

async function compare(apis: readonly DemoApi[], emulator: Emulator): Promise<number> {
  const lines: string[] = [];
  emulator.output.on('line', (line) => lines.push(line));
  const { table, differences } = await runDemo(apis, emulator);
  process.stdout.write(`${table}\n${refusalNote}`);
  if (differences > 0) {
    process.stdout.write(
      `\n${differences} differences. Output of the APIs and functions:\n${lines.join('\n')}\n`,
    );
  }
  return differences === 0 ? 0 : 1;
}

async function serve(
  apis: readonly DemoApi[],
  emulator: Emulator,
  secretsManager: SecretsManager,
  signal: AbortSignal,
): Promise<number> {
  for (const { name, requests } of apis) {
    process.stdout.write(`\n${name} API\n`);
    for (const { title, request, status } of requests) {
      process.stdout.write(`\n# ${title}: ${status}\n${curlCommand(request, ' ')}\n`);
    }
  }
  process.stdout.write(
    `\n${refusalNote}\nSecrets Manager: AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.endpoint}, secret ${secretName}\n` +
      'The requests are valid for an hour. Ctrl-C stops everything. Below is the output of the APIs and functions.\n\n',
  );
  emulator.output.on('line', (line) => process.stdout.write(`${line}\n`));
  if (!signal.aborted) {
    await Promise.race([emulator.ended, once(signal, 'abort')]);
  }
  if (!signal.aborted) {
    throw new CommandError('serverless offline ended unexpectedly');
  }
  return 0;
}
