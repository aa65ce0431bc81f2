import { type DecisionParts, decide } from './decide.ts';
import { readEvent } from './event/readEvent.ts';
import { draftAllow } from './policy/allowDraft.ts';
import { type AuthorizerResponse, respond } from './policy/respond.ts';

/**
 * Answers one authorizer event.
 *
 * @returns the policy, or the simple response of an HTTP API
 * @throws Error with the message `Unauthorized` for a refusal, unless refusals are answered with a Deny; a Failure when
 *   no decision is possible
 */
export async function authorize(event: unknown, parts: DecisionParts): Promise<AuthorizerResponse> {
  const { config } = parts;
  const { verdict, ...facts } = await decide(
    () => readEvent(event),
    (claims, request) => draftAllow(claims, request, config),
    parts,
  );
  return respond(verdict, facts, config);
}
