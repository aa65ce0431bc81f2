import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { runTool } from './runTool.ts';
import { packageServerless } from './serverlessTemplate.ts';
import { checkov, offline, root } from './tools.ts';

/** Why a finding is accepted, by checkov's own number. */
const reasons = {
  CKV_AWS_18: "Serverless's bucket holds packages alone, is private, and is read by CloudFormation alone",
  CKV_AWS_73: 'tracing costs money for each request; who wants it switches it on for the API',
  CKV_AWS_115:
    'reserved concurrency is taken from other functions: the sample backend gets none, and the authorizer what reservedConcurrency or a line of the template says',
  CKV_AWS_116: 'API Gateway waits for both functions, and only asynchronous calls have dead letters',
  CKV_AWS_117: 'Secrets Manager is reached over TLS; in a VPC the function would need a way to it',
  CKV_AWS_120:
    'a cache of responses must be keyed by the client first, or it gives one client the response of another',
  CKV_AWS_149: "Secrets Manager encrypts with the account's key, unless kmsKeyArn names another",
  CKV_AWS_158:
    'CloudWatch encrypts log groups with its own key, unless logKmsKeyArn or KmsKeyId in the template names another',
  CKV_AWS_173: 'Lambda encrypts variables with a key of its own, and none of them holds a secret',
} as const;

type Accepted = Partial<Record<keyof typeof reasons, readonly string[]>>;

const authorizer = ['AuthorizerFunction'];
const functions = ['AuthorizerFunction', 'HelloFunction'];
const lambdaFunctions = ['AuthorizerLambdaFunction', 'HelloLambdaFunction'];
const bucket = ['ServerlessDeploymentBucket'];
const key = 'arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

const committed = (name: string) => async () => `infra/cloudformation/${name}.yaml`;
const compiled = (name: string, parameters: Readonly<Record<string, string>>) => async () =>
  (await packageServerless(`checkov-${name}`, parameters)).file;

/** Each template, and the logical ids for which a finding is accepted. A finding that no longer occurs is deleted. */
const templates: readonly { name: string; file: () => Promise<string>; accepted: Accepted }[] = [
  {
    name: 'the attach template',
    file: committed('attach'),
    accepted: {
      CKV_AWS_115: authorizer,
      CKV_AWS_116: authorizer,
      CKV_AWS_117: authorizer,
      CKV_AWS_158: ['AuthorizerLogGroup'],
      CKV_AWS_173: authorizer,
    },
  },
  { name: 'the observability template', file: committed('observability'), accepted: {} },
  {
    name: 'the SAM template',
    file: committed('sam/template'),
    accepted: {
      CKV_AWS_73: ['RestApi'],
      CKV_AWS_115: functions,
      CKV_AWS_116: functions,
      CKV_AWS_117: functions,
      CKV_AWS_120: ['RestApi'],
      CKV_AWS_158: ['AccessLogGroup', 'AuthorizerLogGroup', 'HelloLogGroup'],
      CKV_AWS_173: functions,
    },
  },
  {
    name: 'what Serverless compiles by default',
    file: compiled('defaults', {}),
    accepted: {
      CKV_AWS_18: bucket,
      CKV_AWS_115: lambdaFunctions,
      CKV_AWS_116: lambdaFunctions,
      CKV_AWS_117: lambdaFunctions,
      CKV_AWS_149: ['ApproovTokenSecret'],
      CKV_AWS_158: ['ApiGatewayLogGroup', 'AuthorizerLogGroup', 'HelloLogGroup', 'HttpApiLogGroup'],
      CKV_AWS_173: lambdaFunctions,
    },
  },
  {
    name: 'what Serverless compiles with a WebSocket API, keys and limits',
    file: compiled('options', {
      websocket: 'on',
      kmsKeyArn: key,
      logKmsKeyArn: key,
      reservedConcurrency: '100',
      throttlingRateLimit: '500',
      throttlingBurstLimit: '1000',
    }),
    accepted: {
      CKV_AWS_18: bucket,
      CKV_AWS_115: ['HelloLambdaFunction'],
      CKV_AWS_116: lambdaFunctions,
      CKV_AWS_117: lambdaFunctions,
      CKV_AWS_173: lambdaFunctions,
    },
  },
];

/** A report of checkov. The summary alone stands for it where no check is about any resource. */
interface Report {
  readonly results?: { readonly failed_checks: readonly { check_id: string; resource: string }[] };
  readonly summary?: { readonly parsing_errors: number };
  readonly parsing_errors?: number;
}

suite('checkov finds nothing but what is accepted', () => {
  for (const { name, file, accepted } of templates) {
    test(`in ${name}`, async () => {
      const flags = ['--framework', 'cloudformation', '--output', 'json', '--soft-fail', '--skip-download'];
      const { stdout } = await runTool(checkov, [...flags, '--file', await file()], {
        cwd: root,
        env: offline,
      });
      const { results, summary, parsing_errors }: Report = JSON.parse(stdout);
      assert.equal(summary?.parsing_errors ?? parsing_errors, 0);
      const found = results?.failed_checks.map(
        ({ check_id, resource }) => `${check_id} ${resource.split('.').at(-1)}`,
      );
      const expected = Object.entries(accepted).flatMap(([check, ids]) => ids.map((id) => `${check} ${id}`));
      assert.deepEqual((found ?? []).sort(), expected.sort());
    });
  }

  test('and every reason is that of a finding', () => {
    const used = templates.flatMap(({ accepted }) => Object.keys(accepted));
    assert.deepEqual(
      Object.keys(reasons).filter((check) => !used.includes(check)),
      [],
    );
  });
});
