import { cpus, release, totalmem, type } from 'node:os';
import { host } from './coldRun.ts';
import type { HourOfCalls } from './measureCalls.ts';
import type { ColdFigures } from './measureCold.ts';
import type { WarmFigures } from './measureWarm.ts';
import type { Subject } from './subject.ts';

/** The machine and the programs that a result depends on. */
export interface MachineFacts {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly v8: string;
  /** What ran the handler in cold starts. */
  readonly host: string;
}

/** All measurements of one subject. The reference and the silent variant have no cold start. */
export interface SubjectResult extends Pick<Subject, 'name' | 'title' | 'kind' | 'bundleBytes' | 'zipBytes'> {
  readonly cold?: ColdFigures | undefined;
  readonly warm?: WarmFigures | undefined;
  /** With a pause before each decision. */
  readonly paced?: WarmFigures | undefined;
  readonly hours?: readonly HourOfCalls[] | undefined;
}

/** The results of a run of the bench, written as JSON. */
export interface BenchResults {
  readonly date: string;
  readonly machine: MachineFacts;
  readonly coldRuns: number;
  readonly warmRuns: number;
  readonly decisions: number;
  /** Fresh processes and decisions of the paced figures. */
  readonly pacedRuns: number;
  readonly pacedDecisions: number;
  /** Requests in a simulated hour. */
  readonly requests: number;
  readonly subjects: readonly SubjectResult[];
}

/** The facts of this machine. */
export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    v8: process.versions.v8,
    host: host(),
  };
}
