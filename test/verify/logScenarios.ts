import { setTimeout as sleep } from 'node:timers/promises';
import { exampleTokens, requestEvent } from '../../infra/cloudformation/sam/events.ts';
import { exampleSecret, exampleSecretId } from '../../infra/cloudformation/sam/local.ts';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import type { LogEvent } from './filterPattern.ts';
import { type LambdaEmulator, startLambdaEmulator } from './lambdaEmulator.ts';
import { samAuthorizer } from './samFunctions.ts';

/** A run of the built authorizer that writes certain kinds of log lines. */
interface Scenario {
  readonly name: string;
  /** Added to what `sam local invoke` sets. Null removes a variable. */
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly act: (lambda: LambdaEmulator, secretsManager: SecretsManager) => Promise<unknown>;
}

const request = (token: string) => requestEvent('rest', { 'Approov-Token': token });
const anotherSecret = Buffer.alloc(64, 'another secret').toString('base64');
const tokenOfAnotherSecret = mintToken({
  claims: { exp: 4_708_683_205 },
  key: Buffer.from(anotherSecret, 'base64'),
});

const scenarios: readonly Scenario[] = [
  {
    name: 'allow, deny, cold and warm',
    act: async ({ invoke }) => {
      await invoke(request(exampleTokens.allow));
      await invoke(request(exampleTokens.expired));
      await invoke(requestEvent('http-2.0', { 'Approov-Token': exampleTokens.allow }));
      await invoke(requestEvent('websocket', {}));
    },
  },
  {
    name: 'report-only',
    environment: { APPROOV_MODE: 'report-only' },
    act: ({ invoke }) => invoke(request(exampleTokens.expired)),
  },
  {
    name: 'no secret: failures',
    environment: { APPROOV_SECRET_ID: 'not-there' },
    act: ({ invoke }) => invoke(request(exampleTokens.allow)),
  },
  {
    name: 'an outage after the TTL: the stale secret is used',
    environment: { APPROOV_SECRET_TTL_SECONDS: '0' },
    act: async ({ invoke }, secretsManager) => {
      await invoke(request(exampleTokens.allow));
      secretsManager.fault = { kind: 'InternalServiceError' };
      for (let i = 0; i < 4; i += 1) {
        await invoke(request(exampleTokens.allow));
        await sleep(100);
      }
    },
  },
  {
    name: 'a rotation: both secrets verify',
    act: async ({ invoke }, secretsManager) => {
      await invoke(request(exampleTokens.allow));
      secretsManager.rotate(exampleSecretId, { string: anotherSecret });
      await invoke(request(tokenOfAnotherSecret));
      await invoke(request(exampleTokens.allow));
    },
  },
  {
    name: 'a wrong setting: the authorizer does not start',
    environment: { APPROOV_SECRET_ID: null },
    act: ({ invoke }) => invoke(request(exampleTokens.allow)),
  },
];

/**
 * Lambda's own lines, which the emulator writes as text: an invocation that timed out, and a successful one.
 */
const platformLines: readonly LogEvent[] = ['timeout', 'success'].map((status) => ({
  time: '2026-01-02T03:04:05.678Z',
  type: 'platform.report',
  record: { requestId: '6a9d1f3e-0c4b-4f4e-9d3a-2f7d6f3b1c55', metrics: { durationMs: 5000 }, status },
}));

/** Real lines of the built authorizer by scenario, and Lambda's own lines from its documentation. */
export async function logLines(): Promise<ReadonlyMap<string, readonly LogEvent[]>> {
  const lines = new Map<string, readonly LogEvent[]>();
  for (const { name, environment, act } of scenarios) {
    const secretsManager = await startSecretsManager();
    secretsManager.putSecret(exampleSecretId, { string: exampleSecret });
    const target = await samAuthorizer(secretsManager.endpoint);
    const variables = Object.entries({ ...target.environment, ...environment });
    const given = variables.filter((entry): entry is [string, string] => entry[1] !== null);
    const lambda = await startLambdaEmulator(target.folder, Object.fromEntries(given));
    try {
      await act(lambda, secretsManager);
      lines.set(name, lambda.lines());
    } finally {
      await lambda.stop();
      await secretsManager.close();
    }
  }
  return lines.set('Lambda’s own lines, from its documentation', platformLines);
}
