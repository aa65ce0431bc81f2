import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Evaluation, evaluate } from './model/iam.ts';

const stage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod';
const until = '2030-01-01T00:05:00Z';

type Case = [
  name: string,
  expected: Evaluation,
  more?: {
    readonly resource?: string;
    readonly called?: string;
    readonly effect?: string;
    readonly at?: string;
    readonly condition?: object;
  },
];

// The tests of the authorizer's policies rely on this simulator. Here it is compared with IAM's documentation, on
// policies written by hand.
const cases: Case[] = [
  ['a stage covers its methods', 'allowed', { resource: `${stage}/*` }],
  ['a stage covers its root', 'allowed', { resource: `${stage}/*`, called: `${stage}/GET/` }],
  ['a stage covers a connection', 'allowed', { resource: `${stage}/*`, called: `${stage}/$connect` }],
  [
    'a stage does not cover another stage',
    'implicit-deny',
    { resource: `${stage}/*`, called: `${stage}2/GET/items` },
  ],
  [
    'a stage does not cover another API',
    'implicit-deny',
    { resource: `${stage}/*`, called: stage.replace('abc', 'xyz').concat('/GET/items') },
  ],
  ['a star in a policy is a pattern', 'allowed', { resource: `${stage}/GET/*` }],
  ['a question mark in a policy is a pattern', 'allowed', { resource: `${stage}/GET/item?` }],
  ['an escaped star is not a pattern', 'implicit-deny', { resource: `${stage}/GET/\${*}` }],
  ['an escaped star covers a star', 'allowed', { resource: `${stage}/GET/\${*}`, called: `${stage}/GET/*` }],
  [
    'a star in the called path is not a pattern',
    'implicit-deny',
    { resource: `${stage}/GET/items`, called: `${stage}/GET/*` },
  ],
  [
    'a star in the called path is not a pattern beside other characters',
    'implicit-deny',
    { resource: `${stage}/GET/a\${*}c`, called: `${stage}/GET/*` },
  ],
  [
    'a pattern covers a star in the called path',
    'allowed',
    { resource: `${stage}/GET/*`, called: `${stage}/GET/a*c` },
  ],
  ['an escaped question mark is not a pattern', 'implicit-deny', { resource: `${stage}/GET/item\${?}` }],
  [
    'a variable without a value allows nothing',
    'implicit-deny',
    { resource: `${stage}/GET/\${aws:username}` },
  ],
  ['a Deny', 'explicit-deny', { resource: `${stage}/*`, effect: 'Deny' }],
  [
    'before the end of its condition',
    'allowed',
    { resource: `${stage}/*`, condition: ending(until), at: '2030-01-01T00:04:59.999Z' },
  ],
  [
    'at the end of its condition',
    'implicit-deny',
    { resource: `${stage}/*`, condition: ending(until), at: until },
  ],
  ['a condition that is not a date', 'implicit-deny', { resource: `${stage}/*`, condition: ending('soon') }],
  ['an unknown effect', 'malformed', { resource: `${stage}/*`, effect: 'Perhaps' }],
  [
    'the partition of China',
    'allowed',
    {
      resource: stage.replace('aws', 'aws-cn').concat('/*'),
      called: stage.replace('aws', 'aws-cn').concat('/GET/x'),
    },
  ],
  [
    'a policy does not cover another partition',
    'implicit-deny',
    { resource: stage.replace('aws', 'aws-cn').concat('/*') },
  ],
];

suite('the IAM simulator', () => {
  for (const [
    name,
    expected,
    {
      resource = '*',
      called = `${stage}/GET/items`,
      effect = 'Allow',
      at = '2030-01-01T00:00:00Z',
      condition,
    } = {},
  ] of cases) {
    test(name, async () => {
      const statement = {
        Action: 'execute-api:Invoke',
        Effect: effect,
        Resource: resource,
        ...(condition && { Condition: condition }),
      };
      const policyDocument = { Version: '2012-10-17', Statement: [statement] };
      assert.equal(await evaluate({ policyDocument, arn: called, at: Date.parse(at) }), expected);
    });
  }

  test('a policy without statements allows nothing', async () => {
    const policyDocument = { Version: '2012-10-17', Statement: [] };
    const evaluated = await evaluate({ policyDocument, arn: `${stage}/GET/items`, at: 0 });
    assert.notEqual(evaluated, 'allowed');
  });
});

function ending(date: string): object {
  return { DateLessThan: { 'aws:CurrentTime': date } };
}
