/**
 * `npm run sam:secret`: a stand-in for Secrets Manager for `sam local invoke`, with the secret that signed the example
 * events. Ctrl-C stops it.
 */
import { once } from 'node:events';
import { CommandError, runCommand } from '../../command/runCommand.ts';
import { startSecretsManager } from '../../secretsManager/secretsManager.ts';
import { exampleSecret, exampleSecretId, standInPort } from './exampleSecret.ts';
import { parameterOverrides } from './parameterOverrides.ts';

// A container reaches loopback through Docker Desktop, and on Linux only an address of the machine. The secret is a
// published example.
const host = process.platform === 'linux' ? '0.0.0.0' : '127.0.0.1';

await runCommand(async () => {
  const secretsManager = await startSecretsManager({ host, port: standInPort }).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new CommandError(`port ${standInPort} is taken: is another stand-in running?`)
      : error;
  });
  secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
  const overrides = parameterOverrides().join(' ');
  console.log(`Secrets Manager stand-in on port ${standInPort}. In infra/cloudformation/sam, in another terminal:

  sam build
  sam local invoke AuthorizerFunction -e events/rest-allow.json ${overrides}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await secretsManager.close();
  return 0;
});
