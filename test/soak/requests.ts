import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
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
 * When every environment must know the current secret, only one verdict is right. For half a minute after a rotation,
 * and during an outage, an environment may not know the secret of a new token yet.
 */
const settled = (world: World, verdict: string) =>
  world.knownVersion === world.version ? [verdict] : [verdict, 'signature_mismatch', withoutSecret];

/** No version verifies it. During an outage right after a rotation, the previous version may be unknown. */
const unsigned = (world: World) =>
  world.mayMissPrevious ? ['signature_mismatch', withoutSecret] : ['signature_mismatch'];

/**
 * The previous secret: allowed for 15 minutes after the rotation, and refused once that time is over and the new secret
 * is known.
 */
function ofSecretBefore(world: World): readonly string[] {
  if (world.knownVersion !== world.version) return ['allow', ...unsigned(world)];
  if (world.sinceRotation >= 900_000) return ['signature_mismatch'];
  return world.mayMissPrevious ? ['allow', withoutSecret] : ['allow'];
}

let repeated: { token: string; until: number; version: number } | undefined;

/** The kinds of requests, sent in turn. */
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

/** The verdict that is also right while every known secret is too old. */
export const withoutSecret = 'secret_unavailable';
