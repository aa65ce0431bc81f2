import { ApproovContextError, readApproovContext } from '../backend.ts';

/** Answer of a Lambda proxy integration. */
interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * A sample backend: greets the app, with the device ID and the expiry of the token that the authorizer verified. It
 * refuses by itself when there is no such context, so that a route without the authorizer is closed, not open.
 */
export const handler = async (event: unknown): Promise<ProxyResult> => {
  try {
    const context = readApproovContext(event);
    const facts = context.verdict ? { verdict: context.verdict } : { did: context.did, exp: context.exp };
    return answer(200, { message: 'Hello, World!', ...facts });
  } catch (error) {
    if (error instanceof ApproovContextError) return answer(401, {});
    throw error;
  }
};

function answer(statusCode: number, body: Readonly<Record<string, unknown>>): ProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
