import assert from 'node:assert/strict';
import type { Invocation } from '../../infra/cloudformation/sam/events.ts';

/** What the example tokens say, in the year 2119. */
const exampleContext = {
  exp: 4_708_683_205,
  iss: 'example.approov.io',
  did: 'ExampleApproovTokenDID==',
  ip: '203.0.113.7',
  binding: 'off',
  messageSignature: 'off',
  mode: 'enforce',
};

/** Compares the whole answer to an event of `sam local invoke` with what it must be. */
export function assertAnswer(invocation: Invocation, answer: unknown): void {
  const { trace, ...seen } = answer as Record<string, unknown>;
  assert.deepEqual(seen, expectedAnswer(invocation), invocation.name);
  // The runtime adds the stack to an error.
  assert.equal(trace !== undefined, invocation.expected.answer === 'failure');
}

function expectedAnswer({ event, expected: { answer, reason } }: Invocation): object {
  switch (answer) {
    case 'Allow':
      return {
        principalId: exampleContext.did,
        policyDocument: policyOf(event, {
          Effect: 'Allow',
          Condition: { DateLessThan: { 'aws:CurrentTime': '2119-03-19T15:33:25Z' } },
        }),
        context: exampleContext,
      };
    case 'Deny':
      return {
        principalId: 'approov',
        policyDocument: policyOf(event, { Effect: 'Deny' }),
        context: { reason },
      };
    case 'failure':
      return {
        errorType: 'Failure',
        errorMessage: `${reason}: the event is not that of a REQUEST authorizer`,
      };
  }
}

function policyOf(event: object, effect: object): object {
  const { methodArn, routeArn } = event as { methodArn?: string; routeArn?: string };
  const [api, stage] = (methodArn ?? routeArn ?? '').split('/');
  return {
    Version: '2012-10-17',
    Statement: [{ Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*`, ...effect }],
  };
}
