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

// What the tests of the authorizer's policies rest on. The simulator is not the authorizer's: here it is held against
// IAM's documentation, with policies that no authorizer wrote.
const cases: Case[] = [
  { name: 'a stage covers its methods', resource: `${stage}/*`, expected: 'allowed' },
  { name: 'and its root', resource: `${stage}/*`, called: `${stage}/GET/`, expected: 'allowed' },
  { name: 'and a connection', resource: `${stage}/*`, called: `${stage}/$connect`, expected: 'allowed' },
  {
    name: 'not another stage',
    resource: `${stage}/*`,
    called: `${stage}2/GET/items`,
    expected: 'implicit-deny',
  },
  {
    name: 'not another API',
    resource: `${stage}/*`,
    called: stage.replace('abc', 'xyz').concat('/GET/items'),
    expected: 'implicit-deny',
  },
  { name: 'a star in a policy is a pattern', resource: `${stage}/GET/*`, expected: 'allowed' },
  { name: 'a question mark too', resource: `${stage}/GET/item?`, expected: 'allowed' },
  {
    name: 'a star that stands for itself is none',
    resource: `${stage}/GET/\${*}`,
    expected: 'implicit-deny',
  },
  {
    name: 'it allows the star',
    resource: `${stage}/GET/\${*}`,
    called: `${stage}/GET/*`,
    expected: 'allowed',
  },
  {
    name: 'a called star is no pattern',
    resource: `${stage}/GET/items`,
    called: `${stage}/GET/*`,
    expected: 'implicit-deny',
  },
  {
    name: 'nor beside other characters',
    resource: `${stage}/GET/a\${*}c`,
    called: `${stage}/GET/*`,
    expected: 'implicit-deny',
  },
  {
    name: 'a pattern covers a called star',
    resource: `${stage}/GET/*`,
    called: `${stage}/GET/a*c`,
    expected: 'allowed',
  },
  {
    name: 'a question mark that stands for itself',
    resource: `${stage}/GET/item\${?}`,
    expected: 'implicit-deny',
  },
  {
    name: 'a variable without value allows nothing',
    resource: `${stage}/GET/\${aws:username}`,
    expected: 'implicit-deny',
  },
  { name: 'a Deny', resource: `${stage}/*`, effect: 'Deny', expected: 'explicit-deny' },
  {
    name: 'before its end',
    resource: `${stage}/*`,
    condition: ending(until),
    at: '2030-01-01T00:04:59.999Z',
    expected: 'allowed',
  },
  {
    name: 'at its end',
    resource: `${stage}/*`,
    condition: ending(until),
    at: until,
    expected: 'implicit-deny',
  },
  {
    name: 'an end that is no date',
    resource: `${stage}/*`,
    condition: ending('soon'),
    expected: 'implicit-deny',
  },
  { name: 'an effect that is none', resource: `${stage}/*`, effect: 'Perhaps', expected: 'malformed' },
  {
    name: 'China',
    resource: stage.replace('aws', 'aws-cn').concat('/*'),
    called: stage.replace('aws', 'aws-cn').concat('/GET/x'),
    expected: 'allowed',
  },
  {
    name: 'one partition is not another',
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
