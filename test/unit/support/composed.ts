import './noSockets.ts';
import { mintToken } from '../../../infra/tools/approov/mint.ts';
import type { AuthorizerTools } from '../../../src/index.ts';
import type { LogLine } from '../../../src/log.ts';
import { secret } from './harness.ts';

/** Seconds since 1970 UTC at which the tokens of these tests expire. */
export const exp = Math.floor(Date.now() / 1000) + 300;

/** A token that is valid for five minutes, unless the claims say otherwise. */
export const tokenOf = (claims: object = {}) =>
  mintToken({ claims: { exp, did: 'device', anno: ['a', 'b'], ...claims }, key: secret });

/** A token that another key signed. */
export const forged = mintToken({ claims: { exp }, key: Buffer.alloc(64, 'forger') });

/** Tools of a caller: Secrets Manager has the secret of these tests, unless it is down, and the log is kept. */
export function toolsOf({ isDown = false } = {}) {
  const lines: string[] = [];
  const client = {
    send: async () => {
      if (isDown) throw new Error('down');
      return { SecretString: secret.toString('base64'), VersionId: 'v1', CreatedDate: new Date(0) };
    },
  } as unknown as NonNullable<AuthorizerTools['client']>;
  return {
    tools: { client, write: (line: string) => lines.push(line) } satisfies AuthorizerTools,
    /** The lines of the decisions so far. */
    get decisions(): LogLine[] {
      return lines.map((line) => JSON.parse(line)).filter(({ decision }) => decision);
    },
  };
}

/** What a promise comes to: its value, or the text of its error. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch(String);
