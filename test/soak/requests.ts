import { mintToken, tokenBinding } from '../../infra/approov/mint.ts';
import type { World } from './world.ts';

/** A request, and every verdict that is right for it. */
export interface SoakRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly expected: readonly string[];
}

type Make = (world: World, index: number) => SoakRequest;

const authorization = 'Bearer soak';
const bound = { pay: tokenBinding(authorization) };
const send = (token: string, expected: readonly string[], value = authorization): SoakRequest => ({
  headers: { 'approov-token': token, authorization: value },
  expected,
});

/**
 * While every environment must know the secret as it is, one verdict alone is right; for the half minute after a rotation in
 * which the last look at Secrets Manager counts, and while nobody can look, a token of the present may be unknown.
 */
const settled = (world: World, verdict: string) =>
  world.knownVersion === world.version ? [verdict] : [verdict, 'signature_mismatch', withoutSecret];

/** No version verifies it: whether the one before does may not be known, right after a rotation in an outage. */
const unsigned = (world: World) =>
  world.mayMissPrevious ? ['signature_mismatch', withoutSecret] : ['signature_mismatch'];

/** The secret before this one: let in for 15 minutes after the rotation, and refused when they are over and all know it. */
function ofSecretBefore(world: World): readonly string[] {
  if (world.knownVersion !== world.version) return ['allow', ...unsigned(world)];
  if (world.sinceRotation >= 900_000) return ['signature_mismatch'];
  return world.mayMissPrevious ? ['allow', withoutSecret] : ['allow'];
}

let repeated: { token: string; until: number; version: number } | undefined;

/** Kinds of requests, drawn in turn. */
export const kinds: readonly Make[] = [
  (world, index) => send(world.token({ ...bound, did: `device-${index}` }), settled(world, 'allow')),
  (world) => {
    if (!repeated || repeated.until < world.now || repeated.version !== world.version) {
      repeated = { token: world.token(bound), until: world.now + 250_000, version: world.version };
    }
    return send(repeated.token, settled(world, 'allow'));
  },
  (world) => send(world.token(bound), settled(world, 'allow')),
  (world) => send(world.token(bound, world.version - 1), ofSecretBefore(world)),
  (world) => send(world.token(bound, -7), unsigned(world)),
  (world) => send(`${world.token(bound).slice(0, -6)}AAAAAA`, [...unsigned(world), 'token_malformed']),
  (world) => send(world.token({ ...bound, exp: world.now / 1000 }), settled(world, 'token_expired')),
  (world) => send(world.token({ ...bound, exp: world.now }), settled(world, 'claims_invalid')),
  (world) => send(world.token(bound), settled(world, 'binding_mismatch'), 'Bearer other'),
  (world) => send(world.token({}), settled(world, 'binding_claim_missing')),
  (world) =>
    send(mintToken({ claims: { exp: world.now / 1000 + 300 }, algorithm: 'none' }), [
      'algorithm_not_allowed',
    ]),
  () => send('not.a.token', ['token_malformed']),
  () => ({ headers: { authorization }, expected: ['token_missing'] }),
  () => ({ headers: { 'approov-status': 'no_network' }, expected: ['client_status'] }),
];

/** What may come instead while there is no secret young enough. */
export const withoutSecret = 'secret_unavailable';
