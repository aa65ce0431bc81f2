import assert from 'node:assert/strict';
import { childScript, runChild } from './child.ts';
import { requestEvent } from './event.ts';
import { type Stand, secret, userToken } from './stand.ts';
import type { Subject } from './subject.ts';
import { mintToken } from './tokens.ts';

const exp = Math.floor(Date.now() / 1000) + 3600;
const refused = {
  'forged signature': mintToken(Buffer.alloc(64, 1).toString('base64')),
  expired: mintToken(secret, { exp: exp - 7200 }),
  'without exp': mintToken(secret, { exp: undefined }),
  'not a token': 'NO_NETWORK',
  'no token': undefined,
};
const allowed = mintToken(secret, { exp, did: 'ExampleApproovTokenDID==', anno: ['jailbroken'] });
const end = `${new Date(exp * 1000).toISOString().slice(0, 19)}Z`;

interface Answer {
  error?: string;
  principalId?: string;
  policyDocument?: { Statement: Record<string, unknown>[] };
  context?: Record<string, unknown>;
}

/**
 * Checks that the authorizers are comparable: each gives the same policy and context for a good token, and throws
 * exactly `Unauthorized` for a bad one.
 *
 * @throws AssertionError when one answers differently.
 */
export async function checkAnswers(stand: Stand, subject: Subject): Promise<void> {
  const checksUsers = 'APPROOV_USER_AUTH' in subject.env;
  const events = [
    ...Object.entries({ allowed, ...refused }).map(([name, token]) => [name, requestEvent(token, userToken)]),
    ...(checksUsers ? [['altered user', requestEvent(allowed, `${userToken.slice(0, -9)}AAAAAAAAA`)]] : []),
  ];
  const answers = await runChild<Record<string, Answer>>(subject, childScript('answers.mjs'), {
    ...stand.env,
    BENCH_EVENTS: JSON.stringify(Object.fromEntries(events)),
  });
  for (const name of [...Object.keys(refused), ...(checksUsers ? ['altered user'] : [])]) {
    assert.equal(answers[name]?.error, 'Unauthorized', `${subject.name}: ${name}`);
  }
  const answer = answers.allowed;
  assert.equal(answer?.principalId, checksUsers ? 'alice' : 'ExampleApproovTokenDID==', subject.name);
  const statement = answer?.policyDocument?.Statement[0];
  assert.equal(statement?.Effect, 'Allow', subject.name);
  const { Resource, Condition } = statement;
  assert.deepEqual(
    [Resource].flat(),
    ['arn:aws:execute-api:us-east-1:123456789012:s4x3opwd6i/test/*'],
    subject.name,
  );
  assert.deepEqual(Condition, { DateLessThan: { 'aws:CurrentTime': end } }, subject.name);
  const { anno, ...others } = answer?.context ?? {};
  assert.partialDeepStrictEqual(
    others,
    { exp, iss: 'example.approov.io', arc: 'IXPSB7TRK26LXE3M' },
    subject.name,
  );
  // This project percent-encodes its JSON. Its rivals and earlier builds do not.
  assert.deepEqual(JSON.parse(decodeURIComponent(String(anno))), ['jailbroken'], subject.name);
}
