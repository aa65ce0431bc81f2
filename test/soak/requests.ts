import { mintToken, tokenBinding } from '../../infra/local/mint.ts';
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

/** A good token is let in; but one of a new secret may have to wait for the next look at Secrets Manager. */
const good = (world: World) =>
  world.knownVersion === world.version ? ['allow'] : ['allow', 'signature_mismatch', 'secret_unavailable'];

let repeated: { token: string; until: number; version: number } | undefined;

/** Kinds of requests, drawn in turn. */
export const kinds: readonly Make[] = [
  (world, index) => send(world.token({ ...bound, did: `device-${index}` }), good(world)),
  (world) => {
    if (!repeated || repeated.until < world.now || repeated.version !== world.version) {
      repeated = { token: world.token(bound), until: world.now + 250_000, version: world.version };
    }
    return send(repeated.token, good(world));
  },
  (world) => send(world.token(bound), good(world)),
  (world) => {
    // The secret before this one: let in for 15 minutes after the rotation, and refused when they are over and all know it.
    const isInGrace = world.sinceRotation < 890_000 && world.knownVersion === world.version;
    const isOver = world.sinceRotation > 910_000 && world.knownVersion === world.version;
    const either = ['allow', 'signature_mismatch', 'secret_unavailable'];
    const expected = isInGrace ? ['allow', 'secret_unavailable'] : either;
    return send(world.token(bound, world.version - 1), isOver ? ['signature_mismatch'] : expected);
  },
  (world) => send(world.token(bound, -7), ['signature_mismatch', 'secret_unavailable']),
  (world) =>
    send(`${world.token(bound).slice(0, -6)}AAAAAA`, [
      'signature_mismatch',
      'token_malformed',
      'secret_unavailable',
    ]),
  (world) => send(world.token({ ...bound, exp: world.now / 1000 }), ['token_expired', 'signature_mismatch']),
  (world) => send(world.token({ ...bound, exp: world.now }), ['claims_invalid', 'signature_mismatch']),
  (world) => send(world.token(bound), ['binding_mismatch', 'signature_mismatch'], 'Bearer other'),
  (world) => send(world.token({}), ['binding_claim_missing', 'signature_mismatch']),
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
