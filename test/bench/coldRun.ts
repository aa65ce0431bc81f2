import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runtimeClient } from '../verify/tools.ts';
import { childScript, runChild } from './child.ts';
import type { CpuShare } from './cpuShare.ts';
import { requestEvent } from './event.ts';
import { type Stand, secret, userToken } from './stand.ts';
import type { Subject } from './subject.ts';
import { mintToken } from './tokens.ts';

/** One fresh process, from its start to its first decision, in milliseconds. */
export interface ColdRun {
  /** Evaluating the module. */
  readonly load: number;
  /** The first decision, including the rest of fetching the secret. */
  readonly first: number;
  /**
   * From the start of loading to the first decision. This includes the time in which the runtime client asks for the
   * first event: an authorizer that fetches its secret during initialization continues to do so.
   */
  readonly sum: number;
  /** From the start of the process to the first decision. */
  readonly wall: number;
  /** Resident memory after the first decision. */
  readonly residentBytes: number;
  readonly effect: string;
}

const client = dirname(runtimeClient);
const isBuilt = () => existsSync(join(client, 'rapid-client.node'));

/** What runs the handler: Lambda's own runtime client where it is installed, else plain Node. */
export function host(): string {
  if (!isBuilt()) return 'plain Node, without the runtime client';
  return `aws-lambda-ric ${JSON.parse(readFileSync(join(client, 'package.json'), 'utf8')).version}`;
}

/**
 * Starts a fresh process and waits for its first decision.
 *
 * @param share - limits its CPU time, from its start or, with `afterLoad`, from the end of loading
 */
export async function coldRun(
  stand: Stand,
  subject: Subject,
  { share, afterLoad = false }: { share?: CpuShare; afterLoad?: boolean } = {},
): Promise<ColdRun> {
  const env = {
    ...stand.env,
    ...(share && afterLoad && { BENCH_SHARE_AFTER_LOAD: share.processes }),
  };
  const fromStart = afterLoad ? undefined : share;
  const run = isBuilt()
    ? await runChild<ColdRun>(
        subject,
        runtimeClient,
        { ...env, LAMBDA_TASK_ROOT: dirname(childScript('cold.mjs')), _HANDLER: 'cold.handler' },
        fromStart,
      )
    : await runChild<ColdRun>(
        subject,
        childScript('plainHost.mjs'),
        { ...env, BENCH_EVENT: JSON.stringify(requestEvent(mintToken(secret), userToken)) },
        fromStart,
      );
  if (run.effect !== 'Allow') throw new Error(`${subject.name} did not allow the request`);
  return run;
}
