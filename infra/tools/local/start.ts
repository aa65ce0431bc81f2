/**
 * `npm start` runs the REST and the HTTP API on this machine, with a console that shows what they do. `npm run demo` sends
 * the demo's requests and compares the results.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoRequests } from '../approov/demoRequests.ts';
import { newKeysetKey, publicJwk } from '../approov/keysetKey.ts';
import { startKeysetServer } from '../approov/keysetServer.ts';
import { signedDemoRequests } from '../approov/signedDemoRequests.ts';
import { runCommand } from '../command/runCommand.ts';
import { DecisionFeed } from '../console/decisionFeed.ts';
import { type Console, startConsole } from '../console/startConsole.ts';
import {
  type IdentityProvider,
  startIdentityProvider,
} from '../standIns/identityProvider/identityProvider.ts';
import { mintUserToken, poolJwk } from '../standIns/identityProvider/userPool.ts';
import { startSecretsManager } from '../standIns/secretsManager/secretsManager.ts';
import { assertPortFree } from './assertPortFree.ts';
import { compareDemos } from './compareDemos.ts';
import { apiGroup, type DemoGroup, demoOf, type GroupOptions } from './demoGroup.ts';
import { type Emulator, startEmulator } from './emulator.ts';
import { type KeysetKey, keysetDemoRequests } from './keysetDemoRequests.ts';
import { localOptions, loopback } from './localOptions.ts';
import { loopbackCertificate } from './loopbackCertificate.ts';
import { serveDemos } from './serveDemos.ts';
import { userDemoRequests } from './userDemoRequests.ts';

/** The name in serverless.yml, so that `npm run secret` can fill it here too. */
const secretName = 'approov-apigateway-dev/token-secret';

/** How long a secret is used while the console runs: short enough to watch an outage and a rotation. */
const watchableLives: Record<string, string> = {
  secretTtlSeconds: '10',
  secretMaxStaleSeconds: '60',
  previousSecretGraceSeconds: '60',
};

const sharedWarning =
  'Warning: everyone on this network can call the APIs, and whoever has this address can mint tokens of the secret.\n' +
  'Keep the address to yourself, and store no secret of a real Approov account in this run.\n';

/** How long the printed requests stay valid. */
const usableSeconds = 3600;

/** Settings of the authorizer for the demo. */
const demoSettings = {
  secretId: secretName,
  bindingHeaders: 'Authorization',
  binding: 'if-present',
  // A token with an installation key must come with a signature; the plain tokens have no such key.
  messageSigning: 'install',
  messageSigningWithoutKey: 'allow',
  // The signatures stay valid as long as the tokens, for pasting.
  signatureMaxAgeSeconds: String(usableSeconds),
};

await runCommand(async (args) => {
  const options = localOptions(args);
  if (typeof options === 'string') {
    process.stdout.write(options);
    return 0;
  }
  const { isDemo, withCommands, port, host } = options;
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => interrupted.abort());
  }
  for (const offset of isDemo ? [0, 2, 4, 6] : [0, 1, 2, 4, 6]) await assertPortFree(host, port + offset);
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
  const secretsManager = await startSecretsManager({ host: loopback });
  const publicKeys = keysetKeys.map(({ privateKey, algorithm, kid }) =>
    publicJwk(privateKey, algorithm, kid),
  );
  const keysetServer = await startKeysetServer(publicKeys, { host: loopback, tls: certificate });
  const identityProvider = await startIdentityProvider({ host: loopback, tls: certificate });
  const { pool } = identityProvider;
  const feed = new DecisionFeed(Date.now);
  const secretArn = secretsManager.putSecret(secretName, { string: key.toString('base64') });
  const started: Emulator[] = [];
  let localConsole: Console | undefined;
  const start = async (
    port: number,
    group: Omit<GroupOptions, 'origin' | 'usableSeconds'>,
    identitySourceHeaders?: string,
  ): Promise<DemoGroup> => {
    const settings = { ...group.settings, ...(isDemo ? {} : watchableLives) };
    const origin = publicOrigin(host, port);
    const described = apiGroup({ ...group, settings, origin, usableSeconds });
    const { secretId: _, ...others } = settings;
    const names = { rest: described.rest.name, http: described.http.name };
    const emulator = await startEmulator({
      host,
      port,
      secretsManagerEndpoint: secretsManager.endpoint,
      certificateFile,
      onReport: isDemo ? undefined : (text) => feed.take(text, names),
      signal: interrupted.signal,
      settings: others,
      parameters: { secretArn, ...(identitySourceHeaders && { identitySourceHeaders }) },
    });
    started.push(emulator);
    return { ...described, emulator };
  };
  try {
    const starting = [
      start(port, {
        suffix: '',
        settings: {
          ...demoSettings,
          publicOrigin: publicOrigin(host, port),
          algorithms: 'HS256,RS256,ES256',
          keysetJwksUri: keysetServer.uri,
        },
        requestsTo: (url, ground) => [
          ...demoRequests(url, ground),
          ...keysetDemoRequests(url, keysetKeys, ground),
          ...signedDemoRequests(url, ground),
        ],
      }),
      start(
        port + 4,
        {
          suffix: ' with users',
          settings: userSettings(identityProvider),
          requestsTo: (url, ground) => userDemoRequests(url, pool, ground),
          login: (sub, exp) => mintUserToken(pool, { sub, exp }),
        },
        // The emulation names only the first identity source in the event of an HTTP API.
        'Authorization,Approov-Token',
      ),
    ] as const;
    // If one fails, the other must have started before it can be stopped.
    await Promise.allSettled(starting);
    const groups = await Promise.all(starting);
    const ground = { key, now: Math.floor(Date.now() / 1000) };
    const demos = groups.map((group) => demoOf(group, ground));
    if (isDemo) return await compareDemos(demos);
    const keyFile = join(folder, 'user-pool.pem');
    await writeFile(keyFile, pool.key.export({ type: 'pkcs8', format: 'pem' }));
    const keySets = {
      [keysetServer.uri]: JSON.stringify({ keys: publicKeys }),
      [identityProvider.jwksUri]: JSON.stringify({ keys: [poolJwk(pool)] }),
    };
    localConsole = await startConsole(
      { host, consolePort: port + 1, secretsManager, secretName, groups, keySets, keysetKeys },
      feed,
    );
    const heading = `Console: ${localConsole.url}\n${host === loopback ? '' : sharedWarning}`;
    const notes = [
      `Secrets Manager: AWS_ENDPOINT_URL_SECRETS_MANAGER=${secretsManager.endpoint}, secret ${secretName}`,
      `Another login: ${tokenCommand(identityProvider, keyFile)}`,
    ];
    return await serveDemos(demos, { heading, withCommands, notes }, interrupted.signal);
  } finally {
    await localConsole?.close();
    await Promise.all(started.map((emulator) => emulator.stop()));
    await identityProvider.close();
    await keysetServer.close();
    await secretsManager.close();
    await rm(folder, { recursive: true });
  }
});

/** Scheme and host of the APIs' URLs. */
function publicOrigin(host: string, port: number): string {
  return `http://${host === loopback ? 'localhost' : host}:${port}`;
}

/** Settings of the authorizer that checks users too. Its tokens are bound to their logins. */
function userSettings({ pool, jwksUri }: IdentityProvider): Record<string, string> {
  return {
    secretId: secretName,
    bindingHeaders: 'Authorization',
    userAuth: 'jwt',
    userIssuer: pool.issuer,
    userAudience: pool.clientId,
    userJwksUri: jwksUri,
    userTokenUse: 'access',
    userScopes: 'api/read',
  };
}

/** How to mint another login of the pool. */
function tokenCommand({ pool }: IdentityProvider, keyFile: string): string {
  return (
    `npm run -s token -- --user alice --issuer ${pool.issuer} --client-id ${pool.clientId} ` +
    `--kid ${pool.kid} --key-file ${keyFile}`
  );
}
