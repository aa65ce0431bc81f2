import { readEnvironment } from '../../src/config/readEnvironment.ts';
import type { LogLine } from '../../src/log.ts';
import { startAuthorizer } from '../../src/start.ts';
import { arnOf } from '../cases/eventOf.ts';
import { kinds, withoutSecret } from './requests.ts';
import { World } from './world.ts';

/** Figures of a soak. */
export interface SoakFigures {
  readonly requests: number;
  readonly wrongVerdicts: number;
  /** The first wrong verdict, to find its cause. */
  readonly firstWrong: string | undefined;
  readonly simulatedHours: number;
  readonly rotations: number;
  readonly secretsManagerCalls: number;
  readonly verdicts: Readonly<Record<string, number>>;
  /** MB after garbage collection: after a tenth of the requests, and at the end. */
  readonly heapAtStart: number;
  readonly heapAtEnd: number;
  readonly seconds: number;
}

/**
 * Sends requests of all kinds to one authorizer while its secret rotates and Secrets Manager has outages.
 *
 * @param requests number of requests.
 * @param step simulated milliseconds between two requests.
 */
export async function soak(requests: number, step: number): Promise<SoakFigures> {
  const world = new World();
  const { config } = readEnvironment({ APPROOV_SECRET_ID: 's', APPROOV_BINDING_HEADERS: 'Authorization' });
  let verdict = '';
  const write = (text: string) => {
    const line: LogLine = JSON.parse(text);
    if (line.decision) verdict = line.reason ?? line.decision;
  };
  const authorizer = startAuthorizer(config, [], {
    sourceOf: () => world.source,
    write,
    clock: () => world.now,
    random: Math.random,
  });
  const verdicts: Record<string, number> = {};
  const begun = performance.now();
  const startedAt = world.now;
  let wrongVerdicts = 0;
  let firstWrong: string | undefined;
  let heapAtStart = 0;
  for (let index = 0; index < requests; index += 1) {
    world.advance(step);
    const { headers, expected } = (kinds[index % kinds.length] as (typeof kinds)[0])(world, index);
    const answer = await authorizer(event(headers)).then(
      () => 'allow',
      (error: Error) => (error.message === 'Unauthorized' ? 'refused' : 'failed'),
    );
    const isRight = expected.includes(verdict) || (verdict === withoutSecret && world.mayBeWithoutSecret);
    if (!isRight || answer !== kindOf(verdict)) {
      wrongVerdicts += 1;
      firstWrong ??= `request ${index}: ${answer} ${verdict}, not ${expected.join(' or ')}`;
    }
    verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    if (index === Math.floor(requests / 10)) heapAtStart = heap();
  }
  return {
    requests,
    wrongVerdicts,
    firstWrong,
    simulatedHours: (world.now - startedAt) / 3_600_000,
    rotations: world.version,
    secretsManagerCalls: world.calls,
    verdicts,
    heapAtStart,
    heapAtEnd: heap(),
    seconds: (performance.now() - begun) / 1000,
  };
}

function kindOf(verdict: string): string {
  if (verdict === 'allow') return 'allow';
  return verdict === withoutSecret ? 'failed' : 'refused';
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

function event(headers: Readonly<Record<string, string>>) {
  return {
    version: '2.0',
    type: 'REQUEST',
    routeArn: arnOf('/GET/hello', '$default'),
    routeKey: 'GET /hello',
    headers,
    requestContext: { stage: '$default', apiId: 'abc123', requestId: 'r' },
  };
}
