import './noSockets.ts';
import type { AuthorizerTools } from '../../../src/index.ts';
import type { LogLine } from '../../../src/log.ts';
import { clientOf, sourceOf, unavailable } from '../../support/secrets.ts';
import { minted, otherSecret, secret } from './harness.ts';

/** Seconds since 1970 UTC at which the tokens of these tests expire. */
export const exp = Math.floor(Date.now() / 1000) + 300;

/** A token that is valid for five minutes, unless the claims say otherwise. */
export const tokenOf = (claims: object = {}) => minted({ exp, did: 'device', anno: ['a', 'b'], ...claims });

/** A token that another key signed. */
export const forged = minted({ exp }, otherSecret);

/** Tools of a caller: Secrets Manager has the secret of these tests, unless it is down, and the log is kept. */
export function toolsOf({ isDown = false } = {}) {
  const lines: string[] = [];
  const client = clientOf(() => (isDown ? unavailable : sourceOf(secret)));
  return {
    tools: { client, write: (line: string) => lines.push(line) } satisfies AuthorizerTools,
    /** The lines of the decisions so far. */
    get decisions(): LogLine[] {
      return lines.map((line) => JSON.parse(line)).filter(({ decision }) => decision);
    },
  };
}

/** The value of a promise, or the text of its error. */
export const outcome = (promise: Promise<unknown>): Promise<unknown> => promise.catch(String);
