import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';

/** A limit on the CPU time of processes, as Lambda sets one for a function's memory. */
export interface CpuShare {
  /** File that takes the id of a process which the limit is to hold. */
  readonly processes: string;
  /** The command line that runs a program under the limit from its start. */
  command(program: string, args: readonly string[]): string[];
  /** Removes the limit, once its processes have ended. */
  remove(): void;
}

/** Memory that gives one vCPU. @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const wholeCpuMegabytes = 1769;
/** Microseconds in which a share is counted, as users have observed it on Lambda; AWS documents none. */
const period = 20_000;

const unified = '/sys/fs/cgroup';
const legacy = '/sys/fs/cgroup/cpu';
const read = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8') : '');
const isUnified = /\bcpu\b/.test(read(`${unified}/cgroup.subtree_control`));
const isLegacy = existsSync(`${legacy}/cpu.cfs_quota_us`);

/** Why no share can be set on this machine; false where it can. */
export const cpuShareSkip: string | false =
  process.getuid?.() !== 0
    ? 'only root can limit the CPU time of a process'
    : !isUnified && !isLegacy && 'this machine has no cgroup with the cpu controller';

/**
 * Limits CPU time to the share of a vCPU that Lambda gives for this memory.
 *
 * @param megabytes memory of a function, at most 1769
 */
export function makeCpuShare(megabytes: number): CpuShare {
  const folder = `${isUnified ? unified : legacy}/authorizer-bench-${process.pid}-${megabytes}`;
  const quota = Math.round((period * megabytes) / wholeCpuMegabytes);
  mkdirSync(folder);
  if (isUnified) {
    writeFileSync(`${folder}/cpu.max`, `${quota} ${period}`);
  } else {
    writeFileSync(`${folder}/cpu.cfs_period_us`, String(period));
    writeFileSync(`${folder}/cpu.cfs_quota_us`, String(quota));
  }
  const processes = `${folder}/cgroup.procs`;
  return {
    processes,
    command: (program, args) => ['/bin/sh', '-c', 'echo $$ >"$0" && exec "$@"', processes, program, ...args],
    remove: () => rmdirSync(folder),
  };
}
