import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { invocations } from '../../infra/cloudformation/sam/invocations.ts';
import { Skipped } from './check.ts';
import { runTool } from './runTool.ts';
import { samFolder } from './samFunctions.ts';
import { offline, pythonTool, root } from './tools.ts';

/**
 * `sam local invoke` itself on every event, as infra/cloudformation/sam/README.md tells people to, with the stand-in that it tells them to
 * start.
 *
 * @throws Skipped where no Docker engine answers.
 */
export async function samLocalInvoke(): Promise<string> {
  await runTool('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 20_000 }).catch(() => {
    throw new Skipped('no Docker engine answers on this machine');
  });
  const node = `${root}node_modules/.bin/node`;
  const standIn = spawn(node, [`${root}infra/cloudformation/sam/standIn.ts`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await once(standIn.stdout, 'data');
    for (const { name, functionId, expected } of invocations()) {
      const architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';
      const args = ['local', 'invoke', functionId, '-e', `events/${name}.json`];
      const { stdout } = await runTool(
        pythonTool('sam'),
        [...args, '--parameter-overrides', `Architecture=${architecture}`],
        { cwd: samFolder, env: offline },
      );
      const wanted = expected.answer === 'failure' ? `"errorMessage": *"${expected.reason}` : expected.answer;
      assert.match(stdout, new RegExp(wanted), name);
    }
    return `${invocations().length} events`;
  } finally {
    standIn.kill();
    await once(standIn, 'exit');
  }
}
