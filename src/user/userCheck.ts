import type { ApiRequest } from '../event/apiRequest.ts';
import type { User } from '../policy/user.ts';

/**
 * Checks the user of a request. It runs after Approov's checks and the message signature, and its answer joins theirs:
 * the Allow names the user as its principal, ends with the earlier of the two tokens, and hands both contexts to the
 * backend.
 *
 * @typeParam Found what it finds: with a wrapped authorizer, that one's answer
 * @param request the request, of which the user's token is one header
 * @param arrivedAt when the request came, by the steady clock in milliseconds: keys fetched after that are fresh enough
 * @throws Refusal the client's fault, with one of the reasons that begin with `user_`; Failure `user_keys_unavailable`
 *   or `identity_source_missing`. Both hold in `report-only` too, which concerns Approov alone
 */
export type UserCheck<Found = User> = (request: ApiRequest, arrivedAt: number) => Promise<Found>;
