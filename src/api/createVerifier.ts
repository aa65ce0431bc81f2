import { contextOf, foundBy, isReservedContextKey } from '../answer/context.ts';
import { decodeContext } from '../answer/contextValue.ts';
import { bodyOf, isDigestedBy } from '../backend/contentDigest.ts';
import type { AllowedContext, ApproovContext } from '../backend/readApproovContext.ts';
import { decide } from '../decide.ts';
import { Failure } from '../errors.ts';
import type { ApiRequest } from '../event/apiRequest.ts';
import { readProxyEvent } from '../event/readEvent.ts';
import { isWebRequest, readWebRequest, type WebRequest } from '../event/webRequest.ts';
import { startParts } from '../start.ts';
import type { ApproovClaims } from '../token/claims.ts';
import { type AuthorizerTools, checked } from './createAuthorizer.ts';
import type { AuthorizerOptions } from './options.ts';

/**
 * Checks requests in the function that answers them.
 *
 * @typeParam Claims what it gives: in report-only perhaps a `would-deny` without claims
 */
export interface Verifier<Claims extends ApproovContext = ApproovContext> {
  /**
   * Makes all the checks of the authorizer. When a message signature covers the body's digest, the body is compared with it.
   *
   * @param request the event of a REST API, an HTTP API (payload 1.0 or 2.0) or a Lambda function URL, or a web `Request`
   *   whose body nobody has read
   * @returns what `readApproovContext` gives behind the authorizer. A user that is checked too adds keys with the prefix
   *   `user_`
   * @throws Refusal the client's fault, with its reason: a 401; Failure no decision is possible: a 500
   */
  readonly verify: (request: unknown) => Promise<Claims>;
}

/** Options without report-only. */
export type EnforcingOptions = AuthorizerOptions & { readonly mode?: 'enforce' | undefined };

/**
 * Makes a verifier for a function whose routes have another authorizer, such as IAM or a JWT authorizer, or none, such as a
 * function URL. Make it once, outside the handler: it starts fetching the secret at once and keeps it.
 *
 * @example
 * const { verify } = createVerifier({ secretId: 'approov/secret' });
 * export const handler = async (event) => {
 *   try {
 *     const { did } = await verify(event);
 *     return { statusCode: 200, body: did };
 *   } catch (error) {
 *     return { statusCode: error instanceof Refusal ? 401 : 500 };
 *   }
 * };
 *
 * @param options as for `createAuthorizer`. Those that concern the answer to API Gateway alone have no effect: `denial`,
 *   `denialArc`, `resourceScope`, `httpApiResponse`
 * @param tools your own Secrets Manager client, and where the log goes
 * @throws ConfigurationError one error that names each wrong option and its rule
 */
export function createVerifier(options: EnforcingOptions, tools?: AuthorizerTools): Verifier<AllowedContext>;
export function createVerifier(options: AuthorizerOptions, tools?: AuthorizerTools): Verifier;
export function createVerifier(options: AuthorizerOptions, tools?: AuthorizerTools): Verifier {
  const parts = startParts(...checked(options, tools));
  return { verify };

  async function verify(request: unknown): Promise<ApproovContext> {
    const decision = await decide(() => readRequestOf(request), parts);
    const { claims, ended, mode, user, contentDigest } = decision;
    if (ended && mode === 'enforce') throw ended;
    const ofUser = decodeContext(user?.context ?? {});
    if (ended || !claims) return { ...contextOf(decision, []), ...ofUser } as ApproovContext;
    const found = { ...foundBy(decision), ...(contentDigest !== undefined && { contentDigest }), mode };
    return { ...claimsOf(claims), ...found, ...ofUser } as AllowedContext;
  }

  /** Copies, because the next request with the same token gets these claims too. */
  function claimsOf(claims: ApproovClaims): Readonly<Record<string, unknown>> {
    const names = parts.config.contextClaims.filter(
      (name) => Object.hasOwn(claims, name) && !isReservedContextKey(name),
    );
    return Object.fromEntries(['exp', ...names].map((name) => [name, structuredClone(claims[name])]));
  }
}

function readRequestOf(request: unknown): ApiRequest {
  const isWeb = isWebRequest(request);
  const body = async () => (isWeb ? bodyOfRequest(request) : bodyOf(request));
  return Object.assign(isWeb ? readWebRequest(request) : readProxyEvent(request), {
    hasBodyOf: async (digest: string) => {
      const bytes = await body();
      return bytes !== undefined && isDigestedBy(bytes, digest);
    },
    bodyLength: async () => (await body())?.length,
  });
}

/** Reads a copy: the body is for the function. */
async function bodyOfRequest(request: WebRequest): Promise<Buffer> {
  if (request.bodyUsed) throw new Failure('event_invalid', 'the body of the Request has been read already');
  return Buffer.from(await request.clone().arrayBuffer());
}
