/**
 * `npm run sam:secret`: a stand-in for Secrets Manager for `sam local invoke`, with the secret that signed the example
 * events, and the events that are not committed. Ctrl-C stops it.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { CommandError, runCommand } from '../../tools/command/runCommand.ts';
import { startSecretsManager } from '../../tools/standIns/secretsManager/secretsManager.ts';
import { writeEvents } from './events.ts';
import { exampleSecret, exampleSecretId, parameterOverrides, standInPort } from './local.ts';

await runCommand(async () => {
  const secretsManager = await startSecretsManager({ host: hostForContainers(), port: standInPort }).catch(
    (error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
        ? new CommandError(`port ${standInPort} is taken: is another stand-in running?`)
        : error;
    },
  );
  secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
  writeEvents();
  const overrides = parameterOverrides().join(' ');
  console.log(`Secrets Manager stand-in on port ${standInPort}. In infra/cloudformation/sam, in another terminal:

  sam build
  sam local invoke AuthorizerFunction -e events/rest-allow.json ${overrides}`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await secretsManager.close();
  return 0;
});

/**
 * A container reaches loopback through Docker Desktop. On Linux it reaches the bridge of its engine; where that is unknown,
 * every address of the machine is listened on: the secret is a published example.
 */
function hostForContainers(): string {
  if (process.platform !== 'linux') {
    return '127.0.0.1';
  }
  const question = ['network', 'inspect', 'bridge', '--format', '{{(index .IPAM.Config 0).Gateway}}'];
  try {
    // Docker Desktop on Linux has its bridge inside a virtual machine.
    return existsSync('/sys/class/net/docker0')
      ? execFileSync('docker', question, { encoding: 'utf8' }).trim()
      : '0.0.0.0';
  } catch {
    return '0.0.0.0';
  }
}
