import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { type Evaluation, evaluate } from './model/iam.ts';

const stage = 'arn:aws:execute-api:eu-west-1:123456789012:abc123defg/prod';
const until = '2030-01-01T00:05:00Z';

interface Case {
  readonly name: string;
  readonly resource?: string;
  readonly called?: string;
  readonly effect?: string;
  readonly at?: string;
  readonly condition?: object;
  readonly expected: Evaluation;
}

// The tests of the authorizer's policies rely on this simulator. Here it is compared with IAM's documentation, on
// policies written by hand.
const cases: Case[] = [
  { name: 'a stage covers its methods', resource: `${stage}/*`, expected: 'allowed' },
  { name: 'a stage covers its root', resource: `${stage}/*`, called: `${stage}/GET/`, expected: 'allowed' },
  {
    name: 'a stage covers a connection',
    resource: `${stage}/*`,
    called: `${stage}/$connect`,
    expected: 'allowed',
  },
  {
    name: 'a stage does not cover another stage',
    resource: `${stage}/*`,
    called: `${stage}2/GET/items`,
    expected: 'implicit-deny',
  },
  {
    name: 'a stage does not cover another API',
    resource: `${stage}/*`,
    called: stage.replace('abc', 'xyz').concat('/GET/items'),
    expected: 'implicit-deny',
  },
  { name: 'a star in a policy is a pattern', resource: `${stage}/GET/*`, expected: 'allowed' },
  { name: 'a question mark in a policy is a pattern', resource: `${stage}/GET/item?`, expected: 'allowed' },
  { name: 'an escaped star is not a pattern', resource: `${stage}/GET/\${*}`, expected: 'implicit-deny' },
  {
    name: 'an escaped star covers a star',
    resource: `${stage}/GET/\${*}`,
    called: `${stage}/GET/*`,
    expected: 'allowed',
  },
  {
    name: 'a star in the called path is not a pattern',
    resource: `${stage}/GET/items`,
    called: `${stage}/GET/*`,
    expected: 'implicit-deny',
  },
  {
    name: 'a star in the called path is not a pattern beside other characters',
    resource: `${stage}/GET/a\${*}c`,
    called: `${stage}/GET/*`,
    expected: 'implicit-deny',
  },
  {
    name: 'a pattern covers a star in the called path',
    resource: `${stage}/GET/*`,
    called: `${stage}/GET/a*c`,
    expected: 'allowed',
  },
  {
    name: 'an escaped question mark is not a pattern',
    resource: `${stage}/GET/item\${?}`,
    expected: 'implicit-deny',
  },
  {
    name: 'a variable without a value allows nothing',
    resource: `${stage}/GET/\${aws:username}`,
    expected: 'implicit-deny',
  },
  { name: 'a Deny', resource: `${stage}/*`, effect: 'Deny', expected: 'explicit-deny' },
  {
    name: 'before the end of its condition',
    resource: `${stage}/*`,
    condition: ending(until),
    at: '2030-01-01T00:04:59.999Z',
    expected: 'allowed',
  },
  {
    name: 'at the end of its condition',
    resource: `${stage}/*`,
    condition: ending(until),
    at: until,
    expected: 'implicit-deny',
  },
  {
    name: 'a condition that is not a date',
    resource: `${stage}/*`,
    condition: ending('soon'),
    expected: 'implicit-deny',
  },
  { name: 'an unknown effect', resource: `${stage}/*`, effect: 'Perhaps', expected: 'malformed' },
  {
    name: 'the partition of China',
    resource: stage.replace('aws', 'aws-cn').concat('/*'),
    called: stage.replace('aws', 'aws-cn').concat('/GET/x'),
    expected: 'allowed',
  },
  {
    name: 'a policy does not cover another partition',
    resource: stage.replace('aws', 'aws-cn').concat('/*'),
    expected: 'implicit-deny',
  },
];

suite('the IAM simulator', () => {
  for (const {
    name,
    resource = '*',
    called = `${stage}/GET/items`,
    effect = 'Allow',
    at = '2030-01-01T00:00:00Z',
    condition,
    expected,
  } of cases) {
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
