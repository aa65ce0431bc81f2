import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runTool } from './runTool.ts';

/** A Docker engine for the tests. */
export interface DockerEngine {
  /** It is the tests' own, empty at its start, so that images may be put into it. */
  readonly isPrivate: boolean;
  /** What leads `docker` and the SAM CLI to it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Ends a private engine and removes all that is left of it; leaves another one alone. */
  stop(): Promise<void>;
}

/** Where Linux shows the bridge to which an engine connects its containers. */
const bridge = '/sys/class/net/docker0';

const succeeds = (program: string, args: readonly string[], env = {}) =>
  runTool(program, args, { env, timeout: 20_000 }).then(
    () => true,
    () => false,
  );
/** The client alone answers `docker --version`; this asks the engine. */
const answers = (environment: Readonly<Record<string, string>>) =>
  succeeds('docker', ['version', '--format', '{{.Server.Version}}'], environment);

/**
 * Gives the engine of this machine where one answers, and else starts a private one, for which it must be root on Linux: its
 * own socket and data, no rules of a firewall, no forwarding. What it leaves outside its folder, such as the bridge docker0,
 * goes with it.
 *
 * @returns the engine, or why no container can run on this machine.
 */
export async function startDockerEngine(): Promise<DockerEngine | string> {
  if (await answers({})) {
    return { isPrivate: false, environment: {}, stop: async () => {} };
  }
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    return 'no Docker engine answers, and only root on Linux can start one of its own';
  }
  if (!(await succeeds('dockerd', ['--version'])) || !(await succeeds('docker', ['--version']))) {
    return 'no Docker engine answers, and there is none to start: apt-get install docker.io';
  }
  return startPrivateEngine(await mkdtemp(join(tmpdir(), 'docker-engine-')));
}

async function startPrivateEngine(folder: string): Promise<DockerEngine | string> {
  const environment = { DOCKER_HOST: `unix://${folder}/docker.sock` };
  const written = ['/etc/docker/key.json', '/etc/docker', '/run/docker', '/run/containerd'];
  const leavings = [bridge, ...written].filter((path) => !existsSync(path));
  const folders = ['--data-root', `${folder}/data`, '--exec-root', `${folder}/exec`];
  const network = ['--iptables=false', '--ip6tables=false', '--ip-forward=false', '--ip-masq=false'];
  const engine = spawn(
    'dockerd',
    ['--host', environment.DOCKER_HOST, ...folders, '--pidfile', `${folder}/dockerd.pid`, ...network],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  engine.stderr.on('data', (chunk: Buffer) => {
    log = (log + chunk).slice(-4000);
  });
  const exited = once(engine, 'exit');
  const stop = async () => {
    engine.kill('SIGTERM');
    await exited;
    for (const path of [folder, ...leavings].filter(existsSync)) {
      await (path === bridge
        ? runTool('ip', ['link', 'delete', 'docker0'])
        : rm(path, { recursive: true, force: true }));
    }
  };
  for (let attempt = 0; attempt < 200; attempt += 1) {
    if (engine.exitCode !== null) {
      break;
    }
    if (await answers(environment)) {
      return { isPrivate: true, environment, stop };
    }
    await sleep(100);
  }
  await stop();
  // Inside a container without privileges, for example.
  return `no Docker engine answers, and a private one does not start here: ${log.trim().split('\n').at(-1)}`;
}
