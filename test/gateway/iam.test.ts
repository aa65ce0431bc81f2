// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM writes its variables this way
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { arnOf } from '../cases/eventOf.ts';
import { type Evaluation, evaluate } from './model/iam.ts';

const china = 'arn:aws-cn:execute-api:cn-north-1:123456789012:abc123/prod';
const until = '2030-01-01T00:05:00Z';
const at = '2030-01-01T00:00:00Z';

interface Rest {
  readonly effect?: string;
  readonly at?: string;
  /** End of the condition of the policy. */
  readonly until?: string;
}
type Row = [name: string, resource: string, called?: string | undefined, rest?: Rest];

// The tests of the authorizer's policies rely on this simulator. Here it is compared with IAM's documentation, on
// policies written by hand.
const rows: Record<Evaluation, Row[]> = {
  allowed: [
    ['a stage covers its methods', arnOf('/*')],
    ['a stage covers its root', arnOf('/*'), arnOf('/GET/')],
    ['a stage covers a connection', arnOf('/*'), arnOf('/$connect')],
    ['a star in a policy is a pattern', arnOf('/GET/*')],
    ['a question mark in a policy is a pattern', arnOf('/GET/item?')],
    ['an escaped star covers a star', arnOf('/GET/${*}'), arnOf('/GET/*')],
    ['a pattern covers a star in the called path', arnOf('/GET/*'), arnOf('/GET/a*c')],
    ['before the end of its condition', arnOf('/*'), undefined, { until, at: '2030-01-01T00:04:59.999Z' }],
    ['the partition of China', `${china}/*`, `${china}/GET/x`],
  ],
  'implicit-deny': [
    ['a stage does not cover another stage', arnOf('/*'), arnOf('/GET/items', 'prod2')],
    ['a stage does not cover another API', arnOf('/*'), arnOf('/GET/items').replace('abc', 'xyz')],
    ['an escaped star is not a pattern', arnOf('/GET/${*}')],
    ['a star in the called path is not a pattern', arnOf('/GET/items'), arnOf('/GET/*')],
    ['the same among other characters', arnOf('/GET/a${*}c'), arnOf('/GET/*')],
    ['an escaped question mark is not a pattern', arnOf('/GET/item${?}')],
    ['a variable without a value allows nothing', arnOf('/GET/${aws:username}')],
    ['at the end of its condition', arnOf('/*'), undefined, { until, at: until }],
    ['a condition that is not a date', arnOf('/*'), undefined, { until: 'soon' }],
    ['a policy does not cover another partition', `${china}/*`],
  ],
  'explicit-deny': [['a Deny', arnOf('/*'), undefined, { effect: 'Deny' }]],
  malformed: [['an unknown effect', arnOf('/*'), undefined, { effect: 'Perhaps' }]],
};

suite('the IAM simulator', () => {
  for (const [expected, of] of Object.entries(rows)) {
    for (const [name, Resource, arn = arnOf('/GET/items'), rest = {}] of of) {
      test(`${name}: ${expected}`, async () => {
        const statement = {
          Action: 'execute-api:Invoke',
          Effect: rest.effect ?? 'Allow',
          Resource,
          ...(rest.until && { Condition: { DateLessThan: { 'aws:CurrentTime': rest.until } } }),
        };
        const policyDocument = { Version: '2012-10-17', Statement: [statement] };
        assert.equal(await evaluate({ policyDocument, arn, at: Date.parse(rest.at ?? at) }), expected);
      });
    }
  }

  test('a policy without statements allows nothing', async () => {
    const policyDocument = { Version: '2012-10-17', Statement: [] };
    assert.notEqual(await evaluate({ policyDocument, arn: arnOf('/GET/items'), at: 0 }), 'allowed');
  });
});
