import { ApproovContextError, readApproovContext, verifyContentDigest } from '../backend.ts';

/** The answer of a Lambda proxy integration. */
interface ProxyResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Origin of web pages that may read the answers: `*`, any, unless the stack says otherwise. */
const corsOrigin = process.env.CORS_ORIGIN || '*';

/**
 * A sample backend. It greets the app with the device ID and the expiry of the token that the authorizer verified,
 * and compares the body with the digest that a message signature covers. Without such a context it refuses, so that a
 * route without the authorizer is closed.
 */
export const handler = async (event: unknown): Promise<ProxyResult> => {
  try {
    const context = readApproovContext(event);
    if (context.verdict) return answer(200, { message: 'Hello, World!', verdict: context.verdict });
    const { did, exp } = context;
    const digest = verifyContentDigest(event, context);
    if (digest === 'mismatched') return answer(400, { message: 'The body is not the one that was signed.' });
    const verified = digest === 'verified' ? { contentDigest: digest } : {};
    return answer(200, { message: 'Hello, World!', did, exp, ...verified });
  } catch (error) {
    if (error instanceof ApproovContextError) return answer(401, {});
    throw error;
  }
};

function answer(statusCode: number, body: Readonly<Record<string, unknown>>): ProxyResult {
  const headers = { 'content-type': 'application/json', 'access-control-allow-origin': corsOrigin };
  return { statusCode, headers, body: JSON.stringify(body) };
}
