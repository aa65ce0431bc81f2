/**
 * `npm start` runs the REST and the HTTP API on this machine and prints requests to try. `npm run demo` sends those
 * requests and compares the results.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../../src/config/readConfig.ts';
import { type DemoRequest, demoRequests } from '../approov/demoRequests.ts';
import { newKeysetKey, publicJwk } from '../approov/keysetKey.ts';
import { startKeysetServer } from '../approov/keysetServer.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import { CommandError, runCommand } from '../command/runCommand.ts';
import { type IdentityProvider, startIdentityProvider } from '../identityProvider/identityProvider.ts';
import { startSecretsManager } from '../secretsManager/secretsManager.ts';
import { assertPortFree } from './assertPortFree.ts';
import { compareDemos } from './compareDemos.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type KeysetKey, keysetDemoRequests } from './keysetDemoRequests.ts';
import { loopbackCertificate } from './loopbackCertificate.ts';
import type { Demo, DemoApi } from './runDemo.ts';
import { serveDemos } from './serveDemos.ts';
import { userDemoRequests } from './userDemoRequests.ts';

const help = `Runs the APIs of serverless.yml on this machine, with the built functions, stand-ins for Secrets Manager with a new
secret, for the host of a new keyset and for an identity provider, and API Gateway as 'serverless offline' emulates it:
once as it is, and once with an authorizer that checks users too.

  npm start                  prints curl commands to try; Ctrl-C stops everything
  npm run demo               sends those requests and compares the results; exit code 1 on a difference
  npm start -- --port 4000   a port other than 3000; the second, fourth and sixth after it are also used
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
  for (const offset of [0, 2, 4, 6]) await assertPortFree(host, port + offset);
  const key = randomBytes(64);
  const keysetKeys: KeysetKey[] = (['RS256', 'ES256'] as const).map((algorithm, index) => ({
    algorithm,
    kid: String(index + 1),
    privateKey: newKeysetKey(algorithm),
  }));
  const certificate = loopbackCertificate();
  const folder = await mkdtemp(join(tmpdir(), 'approov-local-'));
  const certificateFile = join(folder, 'certificate.pem');
  await writeFile(certificateFile, certificate.cert);
  const secretsManager = await startSecretsManager({ host });
  const keysetServer = await startKeysetServer(
    keysetKeys.map(({ privateKey, algorithm, kid }) => publicJwk(privateKey, algorithm, kid)),
    { host, tls: certificate },
  );
  const identityProvider = await startIdentityProvider({ host, tls: certificate });
  const secretArn = secretsManager.putSecret(secretName, { string: key.toString('base64') });
  const started: Emulator[] = [];
  const start = async (port: number, parameters: Record<string, string>) => {
    const emulator = await startEmulator({
      host,
      port,
      secretsManagerEndpoint: secretsManager.endpoint,
      certificateFile,
      signal: interrupted.signal,
      parameters: { secretArn, bindingHeaders: 'Authorization', ...parameters },
    });
    started.push(emulator);
    return emulator;
  };
  try {
    const starting = [
      start(port, {
        ...authorizerSettings,
        publicOrigin: `http://localhost:${port}`,
        algorithms: 'HS256,RS256,ES256',
        keysetJwksUri: keysetServer.uri,
      }),
      start(port + 4, userSettings(identityProvider)),
    ] as const;
    // If one fails, the other must have started before it can be stopped.
    await Promise.allSettled(starting);
    const [emulator, userEmulator] = await Promise.all(starting);
    const now = Math.floor(Date.now() / 1000);
    const { config: rules } = readConfig({ ...authorizerSettings, secretId: secretName }, (name) => name);
    const demo = { key, now, usableSeconds, rules };
    const requestsTo = (url: string) => [
      ...demoRequests(url, demo),
      ...keysetDemoRequests(url, keysetKeys, demo),
      ...signedDemoRequests(url, demo),
    ];
    const usersOf = (url: string) => userDemoRequests(url, identityProvider.pool, demo);
    const demos: Demo[] = [
      { emulator, apis: apisAt(port, '', requestsTo) },
      { emulator: userEmulator, apis: apisAt(port + 4, ' with users', usersOf) },
    ];
    if (values.once) return await compareDemos(demos);
    const keyFile = join(folder, 'user-pool.pem');
    await writeFile(keyFile, identityProvider.pool.key.export({ type: 'pkcs8', format: 'pem' }));
    const notes = [
      `Secrets Manager: AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.endpoint}, secret ${secretName}`,
      `Another login: ${tokenCommand(identityProvider, keyFile)}`,
    ];
    return await serveDemos(demos, notes, interrupted.signal);
  } finally {
    await Promise.all(started.map((emulator) => emulator.stop()));
    await identityProvider.close();
    await keysetServer.close();
    await secretsManager.close();
    await rm(folder, { recursive: true });
  }
});

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_529) {
    throw new CommandError(`--port must be a whole number from 1 to 65529, not '${text}'`);
  }
  return port;
}

/** Settings of the authorizer that checks users too. Its tokens are bound to their logins. */
function userSettings({ pool, jwksUri }: IdentityProvider): Record<string, string> {
  return {
    userAuth: 'jwt',
    userIssuer: pool.issuer,
    userAudience: pool.clientId,
    userJwksUri: jwksUri,
    userTokenUse: 'access',
    userScopes: 'api/read',
    // The emulation names only the first identity source in the event of an HTTP API.
    identitySourceHeaders: 'Authorization,Approov-Token',
  };
}

/** How to mint another login of the pool. */
function tokenCommand({ pool }: IdentityProvider, keyFile: string): string {
  return (
    `npm run -s token -- --user alice --issuer ${pool.issuer} --client-id ${pool.clientId} ` +
    `--kid ${pool.kid} --key-file ${keyFile}`
  );
}

function apisAt(port: number, suffix: string, requestsTo: (url: string) => DemoRequest[]): DemoApi[] {
  const origin = `http://localhost:${port}`;
  return [
    { name: `REST${suffix}`, requests: requestsTo(`${origin}/dev/hello`) },
    { name: `HTTP${suffix}`, requests: requestsTo(`${origin}/hello`) },
  ];
}
