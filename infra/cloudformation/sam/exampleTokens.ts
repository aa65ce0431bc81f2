import { mintToken } from '../../tools/approov/mint.ts';
import { exampleSecret } from './exampleSecret.ts';

const claims = { iss: 'example.approov.io', did: 'ExampleApproovTokenDID==', ip: '203.0.113.7' };
/** In the year 2119, so that the events can be used as they are. */
const farAway = 4_708_683_205;
const key = Buffer.from(exampleSecret, 'base64');

/** One token for each verdict, the same at every run. */
export const exampleTokens = {
  allow: mintToken({ claims: { ...claims, exp: farAway }, key }),
  expired: mintToken({ claims: { ...claims, exp: 1_555_083_349 }, key }),
  /** As Approov answers a failed attestation: sound, and signed with another key. */
  forged: mintToken({ claims: { ...claims, exp: farAway }, key: Buffer.alloc(64, 'another key') }),
  malformed: 'not.a.token',
} as const;
