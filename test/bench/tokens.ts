import { mintToken as mint } from '../../infra/tools/approov/mint.ts';

let minted = 0;

/**
 * Mints distinct tokens with the claims that Approov sends, valid for ten hours of real time.
 *
 * @param secret in base64.
 * @param count number of tokens.
 */
export function mintTokens(secret: string, count: number): string[] {
  return Array.from({ length: count }, () => mintToken(secret));
}

/**
 * Mints one token.
 *
 * @param secret in base64.
 * @param changes claims to add or replace; `undefined` leaves a claim out.
 */
export function mintToken(secret: string, changes: Record<string, unknown> = {}): string {
  minted += 1;
  const claims = {
    exp: Math.floor(Date.now() / 1000) + 36_000,
    iss: 'example.approov.io',
    did: `Bench${String(minted).padStart(17, '0')}==`,
    ip: '203.0.113.7',
    arc: 'IXPSB7TRK26LXE3M',
    ...changes,
  };
  return mint({ claims, key: Buffer.from(secret, 'base64') });
}
