/**
 * `npm start` runs the REST and the HTTP API on this machine, with a console that shows what they do. `npm run demo` sends
 * the demo's requests and compares the results.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { refusalNote } from '../approov/demoRequests.ts';
import { curlCommand } from '../approov/httpRequest.ts';
import { newKeysetKey, publicJwk } from '../approov/keysetKey.ts';
import { startKeysetServer } from '../approov/keysetServer.ts';
import { CommandError, runCommand } from '../command/runCommand.ts';
import { DecisionFeed } from '../console/decisionFeed.ts';
import type { ApiGroup, KeysetKey } from '../console/localRun.ts';
import { startConsole } from '../console/startConsole.ts';
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../standIns/identityProvider/identityProvider.ts';
import { poolJwk } from '../standIns/identityProvider/userPool.ts';
import { startSecretsManager } from '../standIns/secretsManager/secretsManager.ts';
import { type DemoApi, runDemo } from './demo.ts';
import { startEmulator } from './emulator.ts';
import { localApis, secretName } from './localApis.ts';
import { assertPortFree, type LocalOptions, localOptions, loopback } from './localOptions.ts';
import { loopbackCertificate } from './loopbackCertificate.ts';

const sharedWarning =
  'Warning: everyone on this network can call the APIs, and whoever has this address can mint tokens of the secret.\n' +
  'Keep the address to yourself, and store no secret of a real Approov account in this run.\n';

await runCommand(async (args) => {
  const options = localOptions(args);
  if (typeof options === 'string') {
    process.stdout.write(options);
    return 0;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort());
  const crashes: unknown[] = [];
  process.on('uncaughtException', (error) => {
    crashes.push(error);
    interrupted.abort();
  });
  /** What ends all that was started, the last first. */
  const endings: (() => Promise<unknown>)[] = [];
  const code = await run(options, interrupted.signal, endings).catch((error: unknown) => {
    crashes.push(error);
    return 1;
  });
  for (const end of endings.reverse()) await end().catch((error: unknown) => crashes.push(error));
  if (crashes.length > 0) throw crashes[0];
  return code;
});

async function run(
  { isDemo, withCommands, port, host }: LocalOptions,
  signal: AbortSignal,
  endings: (() => Promise<unknown>)[],
): Promise<number> {
  for (const offset of isDemo ? [0, 2] : [0, 1, 2]) await assertPortFree(host, port + offset);
  /** Remembers how to end what has been started. */
  const ending = <Started extends { close(): Promise<void> }>(started: Started): Started => {
    endings.push(() => started.close());
    return started;
  };
  const folder = await mkdtemp(join(tmpdir(), 'approov-local-'));
  endings.push(() => rm(folder, { recursive: true, force: true }));
  const certificate = loopbackCertificate();
  const certificateFile = join(folder, 'certificate.pem');
  await writeFile(certificateFile, certificate.cert);

  const key = randomBytes(64);
  const secretsManager = ending(await startSecretsManager({ host: loopback }));
  const secretArn = secretsManager.putSecret(secretName, { string: key.toString('base64') });
  const keysetKeys = (['RS256', 'ES256'] as const).map(
    (algorithm, index): KeysetKey => ({
      algorithm,
      kid: String(index + 1),
      privateKey: newKeysetKey(algorithm),
    }),
  );
  const publicKeys = keysetKeys.map(({ privateKey, algorithm, kid }) =>
    publicJwk(privateKey, algorithm, kid),
  );
  const servers = { host: loopback, tls: certificate };
  const keysetServer = ending(await startKeysetServer(publicKeys, servers));
  const identityProvider = ending(await startIdentityProvider(servers));

  const origin = (offset: number) => `http://${host === loopback ? 'localhost' : host}:${port + offset}`;
  const keys = { keysetUri: keysetServer.uri, keysetKeys, identityProvider };
  const groups = localApis([origin(0), origin(2)], keys, !isDemo);
  const feed = new DecisionFeed(Date.now);
  const lines: string[] = [];
  let onLine = (line: string): unknown => lines.push(line);
  const start = async ({ settings, rest, http, logins }: ApiGroup, offset: number) => {
    const { secretId: _, ...others } = settings;
    return ending(
      await startEmulator({
        host,
        port: port + offset,
        secretsManagerEndpoint: secretsManager.endpoint,
        certificateFile,
        onReport: (text) => feed.take(text, { rest: rest.name, http: http.name }),
        onLine: (line) => onLine(line),
        signal,
        settings: others,
        parameters: {
          secretArn,
          // The emulation names only the first identity source in the event of an HTTP API.
          ...(logins && { identitySourceHeaders: 'Authorization,Approov-Token' }),
        },
      }),
    );
  };
  const starting = [start(groups[0], 0), start(groups[1], 2)];
  // If one fails, the other must have started before it can be stopped.
  await Promise.allSettled(starting);
  const emulators = await Promise.all(starting);
  const apis = groups
    .flatMap(({ rest, http }) => [rest, http])
    .map(({ name, requests }) => ({ name, requests: requests({ key, now: Math.floor(Date.now() / 1000) }) }));
  if (isDemo) {
    const { table, differences } = await runDemo(apis, feed);
    process.stdout.write(`${table}\n${refusalNote}`);
    if (differences === 0) return 0;
    process.stdout.write(
      `\n${differences} differences. Output of the APIs and functions:\n${lines.join('\n')}\n`,
    );
    return 1;
  }

  const keyFile = join(folder, 'user-pool.pem');
  const { customers, staff } = identityProvider;
  await writeFile(keyFile, customers.pool.key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const keySets = {
    [keysetServer.uri]: JSON.stringify({ keys: publicKeys }),
    ...Object.fromEntries(
      [customers, staff].map(({ pool, jwksUri }) => [jwksUri, JSON.stringify({ keys: [poolJwk(pool)] })]),
    ),
  };
  const { url } = ending(
    await startConsole(
      { host, consolePort: port + 1, secretsManager, secretName, groups, keySets, keysetKeys },
      feed,
    ),
  );
  process.stdout.write(`Console: ${url}\n${host === loopback ? '' : sharedWarning}`);
  if (withCommands) printCommands(apis);
  process.stdout.write(
    `\nSecrets Manager: AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.endpoint}, secret ${secretName}\n` +
      `Another login: ${tokenCommand(identityProvider, keyFile)}\n` +
      'Ctrl-C stops everything. Below is the output of the APIs and functions.\n\n',
  );
  onLine = (line) => process.stdout.write(`${line}\n`);
  if (signal.aborted) return 0;
  await Promise.race([...emulators.map(({ ended }) => ended), once(signal, 'abort')]);
  if (!signal.aborted) throw new CommandError('serverless offline ended unexpectedly');
  return 0;
}

function printCommands(apis: readonly DemoApi[]): void {
  for (const { name, requests } of apis) {
    process.stdout.write(`\n${name} API\n`);
    for (const { title, request, status } of requests) {
      process.stdout.write(`\n# ${title}: ${status}\n${curlCommand(request, ' ')}\n`);
    }
  }
  process.stdout.write(`\n${refusalNote}\nThe requests are valid for an hour.\n`);
}

/** How to mint another login of the pool. */
function tokenCommand({ customers: { pool } }: IdentityProvider, keyFile: string): string {
  return (
    `npm run -s token -- --user alice --issuer ${pool.issuer} --client-id ${pool.clientId} ` +
    `--kid ${pool.kid} --key-file ${keyFile}`
  );
}
