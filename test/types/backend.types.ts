/** Checked by the compiler: each line after `@ts-expect-error` must not compile, and every other line must. */
import type { ApproovContext, UserClaims } from '../../src/backend.ts';
import { readApproovContext, readUserClaims } from '../../src/backend.ts';

const context: ApproovContext = readApproovContext({});

// @ts-expect-error a request that report-only let through has no claims
context.exp.toFixed();

if (context.verdict === undefined) {
  const exp: number = context.exp;
  const did: string | undefined = context.did;
  const anno: readonly string[] | undefined = context.anno;
  const binding: 'verified' | 'absent' | 'off' = context.binding;
  // @ts-expect-error the expiry is a number on every kind of API
  const text: string = context.exp;
  // @ts-expect-error the type of a custom claim is not known
  const level: number = context.level;
  // @ts-expect-error a backend cannot change what the authorizer found
  context.exp = 0;
  void [exp, did, anno, binding, text, level];
} else {
  const reason: string = context.reason;
  const mode: 'report-only' = context.mode;
  // @ts-expect-error nothing in a refused token can be believed
  void context.did;
  void [reason, mode];
}

readApproovContext({}, { now: 1, clockToleranceSeconds: 1, numericClaims: ['level'] });
// @ts-expect-error there is no such option
readApproovContext({}, { clockTolerance: 1 });
readApproovContext({}, { now: undefined, clockToleranceSeconds: undefined, numericClaims: undefined });
// @ts-expect-error null is not a time
readApproovContext({}, { now: null });

const user: UserClaims = readUserClaims({}, { now: 1, clockToleranceSeconds: 1 });
const sub: string = user.sub;
const end: number = user.exp;
const scopes: readonly string[] = user.scopes;
const clientId: string | undefined = user.client_id;
// @ts-expect-error a custom claim's type is not known
const plan: string = user.plan;
// @ts-expect-error who the user is is not the backend's to change
user.sub = 'bob';
// @ts-expect-error there is no such option
readUserClaims({}, { numericClaims: ['level'] });
void [sub, end, scopes, clientId, plan];
