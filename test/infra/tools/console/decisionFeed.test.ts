import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DecisionFeed } from '../../../../infra/tools/console/decisionFeed.ts';
import type { Decision, StreamItem } from '../../../../infra/tools/console/protocol.ts';

const names = { rest: 'REST', http: 'HTTP' };
const report = (part: object) =>
  JSON.stringify({
    isHttpApi: true,
    method: 'GET',
    path: '/hello',
    headers: {},
    line: '{"decision":"allow","message":"request allowed"}',
    answer: { returned: {} },
    ...part,
  });

suite('DecisionFeed', () => {
  const collected = (feed: DecisionFeed) => {
    const items: StreamItem[] = [];
    feed.subscribe((item) => items.push(item))();
    return items as Decision[];
  };

  test('names the API of a decision, and gives a late subscriber what is kept', () => {
    const feed = new DecisionFeed(() => 7);
    feed.take(report({}), names);
    feed.take(report({ isHttpApi: false, headers: { 'user-agent': 'App/1' } }), names);
    const [first, second] = collected(feed);
    assert.equal(first?.api, 'HTTP');
    assert.equal(second?.api, 'REST');
    assert.equal(second?.userAgent, 'App/1');
    assert.equal(second?.at, 7);
    assert.notEqual(first?.id, second?.id);
  });

  const deny = { returned: { policyDocument: { Statement: [{ Effect: 'Deny' }] } } };
  const failure = { threw: 'Approov secret unavailable' };
  const statuses: { case: string; part: object; awsStatus: number | undefined }[] = [
    { case: 'an Allow', part: {}, awsStatus: undefined },
    { case: 'a Deny on an HTTP API', part: { answer: deny }, awsStatus: 403 },
    { case: 'a Deny on a REST API', part: { answer: deny, isHttpApi: false }, awsStatus: 401 },
    { case: 'a failure on an HTTP API', part: { answer: failure }, awsStatus: 500 },
    { case: 'a failure on a REST API', part: { answer: failure, isHttpApi: false }, awsStatus: 500 },
    { case: 'Unauthorized', part: { answer: { threw: 'Unauthorized' }, isHttpApi: false }, awsStatus: 401 },
  ];
  for (const { case: title, part, awsStatus } of statuses) {
    test(`knows what API Gateway answers to ${title}`, () => {
      const feed = new DecisionFeed(() => 7);
      feed.take(report(part), names);
      assert.equal(collected(feed)[0]?.awsStatus, awsStatus);
    });
  }

  test('keeps other lines of the log as events', () => {
    const feed = new DecisionFeed(() => 7);
    feed.take(JSON.stringify({ line: '{"level":"info","message":"secret refreshed"}' }), names);
    assert.deepEqual(collected(feed), [
      { kind: 'event', id: 1, at: 7, api: 'REST', level: 'info', message: 'secret refreshed' },
    ]);
  });

  test('drops reports that cannot be read', () => {
    const feed = new DecisionFeed(() => 7);
    const texts = [
      '',
      'x',
      'null',
      '7',
      '{}',
      '{"line":"x"}',
      '{"line":"null"}',
      '{"answer":{}}',
      report({ line: 'x' }),
    ];
    for (const text of texts) feed.take(text, names);
    assert.deepEqual(collected(feed), []);
  });

  test('forgets the oldest', () => {
    const feed = new DecisionFeed(() => 7);
    for (let count = 0; count < 501; count += 1) feed.take(report({}), names);
    const items = collected(feed);
    assert.equal(items.length, 500);
    assert.equal(items[0]?.id, 2);
  });

  test('resolves only the promise that waits for the decision', async () => {
    const feed = new DecisionFeed(() => 7);
    const stop = new AbortController();
    const mine = feed.decisionOn('mine', stop.signal);
    const other = feed.decisionOn('other', stop.signal);
    feed.take(report({ headers: { 'console-request': 'mine' } }), names);
    assert.equal((await mine)?.api, 'HTTP');
    stop.abort();
    assert.equal(await other, undefined);
  });
});
