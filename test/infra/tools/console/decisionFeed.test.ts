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
