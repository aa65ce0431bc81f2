import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { after, before, suite, test } from 'node:test';
import type { Row } from '../../../../infra/tools/smoke/report.ts';
import { runSmoke } from '../../../../infra/tools/smoke/runSmoke.ts';
import type { SmokeTarget } from '../../../../infra/tools/smoke/target.ts';
import { readConfig } from '../../../../src/config/readConfig.ts';
import type { RawSettings } from '../../../../src/config/settings.ts';
import type { LogLine } from '../../../../src/log.ts';
import { listening } from '../../../support/ports.ts';
import { type Fault, secret, serveApi } from './servedApi.ts';

/** Log lines by the name of their log group, which is also the namespace of its metrics. */
const groups = new Map<string, LogLine[]>();
/** Log groups of whose lines the metric filters count only the first. */
const uncounted = new Set<string>();

const plain = { denialArc: 'on', contextClaims: 'exp,iss,aud,sub,did,ip,arc,anno,a:b' };
const signing = { messageSigning: 'install', messageSigningWithoutKey: 'allow' };
const ends = 'an Allow ends with its token, cached or not';
const cachedContext = 'a cached Allow whose context has a list, a quote and é';
const colon = 'a cached Allow whose context has a key with a colon';
const fraction = 'a cached Allow whose exp is no whole number';
const arc = 'the gateway response shows an ARC, and an empty text without one';
const order = 'a signed query verifies, in whatever order the event has it';
const length = 'a signed length of the body verifies';
const counts = 'the metric filters count the decisions';
const each = (...titles: string[]) => titles.flatMap((title) => [`rest ${title}`, `http ${title}`]);
const cached = each(ends, cachedContext, colon, fraction);

interface MetricInput {
  readonly Namespace: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
}

/** What the stand-in for CloudWatch answers. */
const operations = {
  FilterLogEvents: ({ logGroupName }: { logGroupName: string }) => ({
    events: groups.get(logGroupName)?.map((line) => ({ message: JSON.stringify(line) })),
  }),
  DescribeMetricFilters: ({ logGroupName }: { logGroupName: string }) => ({
    metricFilters: [
      {
        metricTransformations: [
          { metricName: 'DecisionsByApiType', metricNamespace: logGroupName, metricValue: '1' },
        ],
      },
    ],
  }),
  GetMetricStatistics: ({ Namespace, Dimensions }: MetricInput) => {
    const [kind, decision] = ['ApiType', 'Decision'].map(
      (name) => Dimensions.find(({ Name }) => Name === name)?.Value,
    );
    const lines =
      groups.get(Namespace)?.filter((line) => line.apiType === kind && line.decision === decision) ?? [];
    const Sum = uncounted.has(Namespace) ? 1 : lines.length;
    return { Datapoints: [{ Sum, Timestamp: Date.now() / 1000 }] };
  },
};

// A token of a run lasts for 8 s, so not all run at once: a busy machine would take longer.
suite('npm run smoke, each answer turned wrong', { concurrency: 8 }, () => {
  let aws: Server;
  before(async () => {
    aws = createServer(async (request, response) => {
      const operation = String(request.headers['x-amz-target']).split('.').at(-1) as keyof typeof operations;
      const input = (await json(request)) as { logGroupName: string } & MetricInput;
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(operations[operation](input)));
    });
    const endpoint = `http://127.0.0.1:${await listening(aws)}`;
    Object.assign(process.env, {
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_CLOUDWATCH: endpoint,
      AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: endpoint,
    });
  });
  after(() => aws.close());

  const runs: [
    title: string,
    fault: Fault /** Lines that differ. */,
    differing: readonly string[],
    more?: {
      settings?: RawSettings /** Parts of the log's column, by line. */;
      logged?: Readonly<Record<string, RegExp>>;
      isUncounted?: boolean;
    },
  ][] = [
    [
      'nothing',
      {},
      [],
      {
        logged: {
          [`rest ${ends}`]: /^asked 1 of 3 times, allow$/,
          'http a Deny is cached': /^asked 1 of 2 times, token_expired$/,
          [`http ${cachedContext}`]: /^asked 1 of 2 times, allow$/,
        },
      },
    ],
    [
      'a Deny that is not cached',
      { forgetsDenies: true },
      [],
      {
        logged: {
          'http a Deny is cached': /^asked 2 of 2 times/,
          'rest a Deny is cached': /^asked 2 of 2 times/,
        },
      },
    ],
    ['an Allow that outlives its token', { ignoresDates: true }, each(ends)],
    ['a cached list', { failsWhenCached: /"\[/ }, each(cachedContext)],
    ['a cached text beyond ASCII', { failsWhenCached: /é/ }, each(cachedContext)],
    ['a cached key with a colon', { failsWhenCached: /"a:b"/ }, each(colon)],
    ['a cached fraction', { failsWhenCached: /"exp":\d+\.5/ }, each(fraction)],
    ['every cached answer', { failsWhenCached: /./ }, [...cached, ...each('valid token, POST')]],
    ['an ARC that is not there', { withoutArc: '{"arc":"$context.authorizer.arc"}' }, [`rest ${arc}`]],
    ['the counts of the metric filters', {}, each(counts), { isUncounted: true }],
    ['nothing, with signatures', {}, [], { settings: signing, logged: { [`http ${length}`]: /, allow$/ } }],
    [
      'the length in the event',
      { loses: 'content-length' },
      [],
      {
        settings: signing,
        logged: {
          [`rest ${length}`]: /, message_signature_\w+$/,
          [`http ${length}`]: /, message_signature_\w+$/,
        },
      },
    ],
    [
      'the query in the event',
      { loses: 'query' },
      each('signed', order),
      {
        settings: signing,
        logged: { [`rest ${order}`]: /^asked 1 of 1 times, message_signature_mismatch$/ },
      },
    ],
  ];
  for (const [title, fault, differing, { settings = plain, logged = {}, isUncounted } = {}] of runs) {
    test(title, async () => {
      const lines: LogLine[] = [];
      groups.set(title, lines);
      if (isUncounted) uncounted.add(title);
      const { config } = readConfig({ secretId: 'secret', denial: 'policy', ...settings }, (name) => name);
      const apis = await Promise.all(
        (['rest', 'http'] as const).map((kind) => serveApi(kind, config, fault, lines)),
      );
      const target: SmokeTarget = {
        description: 'a test',
        apis,
        config,
        isTemplate: true,
        logGroups: [title],
      };
      const input = { key: secret, now: Math.floor(Date.now() / 1000), usableSeconds: 300, rules: config };
      const rows = await runSmoke(target, input, { region: 'eu-west-1', longest: 1 });
      for (const api of apis) api.close();
      const named = (row: Row) => `${row.kind} ${row.title}`;
      const wrong = rows.filter(({ verdict }) => verdict === 'DIFFERS');
      assert.deepEqual(wrong.map(named).sort(), [...differing].sort(), JSON.stringify(wrong, undefined, 1));
      for (const [name, pattern] of Object.entries(logged)) {
        assert.match(rows.find((row) => named(row) === name)?.logged ?? '', pattern, name);
      }
    });
  }
});
