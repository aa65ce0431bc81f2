import assert from 'node:assert/strict';
import { cp, readFile } from 'node:fs/promises';
import { before, suite, test } from 'node:test';
import { type AwsAnswer, type AwsCall, awsCalls } from '../../../test/verify/awsCalls.ts';
import { motoInSuite } from '../../../test/verify/motoServer.ts';
import { runTool } from '../../../test/verify/runTool.ts';
import { offline, pythonTool, root } from '../../../test/verify/tools.ts';
import { cacheFolder, cdk, installConstruct } from './packedConstruct.ts';

const stacks = ['Security', 'Apis'] as const;
const example = cacheFolder('cdk-example');
const out = `${example}/cdk.out`;
const account = '123456789012';

/** Where `cdk bootstrap` keeps assets. */
const assetBucket = `cdk-hnb659fds-assets-${account}-eu-west-1`;

const synthesise = (...args: string[]) =>
  runTool(process.execPath, ['app.ts', ...args], { cwd: example, env: { ...offline, CDK_OUTDIR: out } });

/** The example is another project, with the packed construct and a recent CDK. */
suite('the example', () => {
  before(async () => {
    for (const file of ['app.ts', 'package.json', 'package-lock.json']) {
      await cp(`${cdk}example/${file}`, `${example}/${file}`);
    }
    await runTool('npm', ['ci', '--no-audit', '--no-fund'], { cwd: example });
    await installConstruct(example);
    await synthesise();
  });

  test('compiles with the declarations of the package', async () => {
    const types = ['--types', 'node', '--typeRoots', `${root}node_modules/@types`];
    const options = [
      '--ignoreConfig',
      '--noEmit',
      '--strict',
      '--skipLibCheck',
      '--module',
      'nodenext',
      ...types,
    ];
    await runTool(`${root}node_modules/.bin/tsc`, [...options, 'app.ts'], { cwd: example });
  });

  for (const stack of stacks) {
    test(`gives cfn-lint nothing to find in ${stack}`, async () => {
      // W3005: CDK writes DependsOn beside a reference that implies it.
      const args = ['--ignore-checks', 'W3005', '--regions', 'eu-west-1'];
      await runTool(pythonTool('cfn-lint'), [...args, '--', `${out}/${stack}.template.json`]);
    });
  }

  test('gives cdk-nag nothing to find in the construct, and no route without an authorizer', async () => {
    const { stdout, stderr } = await synthesise('--nag').catch((error: Error) => ({
      stdout: '',
      stderr: error.message,
    }));
    const found = [
      ...`${stdout}${stderr}`.matchAll(
        /^ {3}(\S+) .*\n {3}Acknowledge with 'AwsSolutions::AwsSolutions-(\w+)/gm,
      ),
    ];
    // What the example leaves out of its APIs: access logs, validation, WAF, and a user pool.
    const aboutApis = ['APIG1', 'APIG2', 'APIG3', 'APIG6', 'COG4', 'IAM4'];
    assert.deepEqual([...new Set(found.map(([, , rule]) => rule))].sort(), aboutApis);
    assert.deepEqual(
      found.map(([, path]) => path as string).filter((path) => !/^Apis\/(Orders|Mobile|Live)\//.test(path)),
      [],
    );
  });
});

suite('the example in moto', () => {
  const moto = motoInSuite();
  const call = <const Calls extends readonly AwsCall[]>(calls: Calls) => awsCalls(moto().endpoint, calls);

  test('makes both stacks', async () => {
    await call([
      [
        's3',
        'create_bucket',
        { Bucket: assetBucket, CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } },
      ],
      ['ssm', 'put_parameter', { Name: '/cdk-bootstrap/hnb659fds/version', Value: '30', Type: 'String' }],
    ]);
    for (const StackName of stacks) {
      await call(await uploads(StackName));
      const TemplateBody = await readFile(`${out}/${StackName}.template.json`, 'utf8');
      const [, answer] = await call([
        ['cloudformation', 'create_stack', { StackName, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }],
        ['cloudformation', 'describe_stacks', { StackName }],
      ]);
      assert.equal(answer.Stacks[0].StackStatus, 'CREATE_COMPLETE');
    }
  });

  test('has the authorizers that the settings ask for', async () => {
    const [rest, v2] = await call([
      ['apigateway', 'get_rest_apis', {}],
      ['apigatewayv2', 'get_apis', {}],
    ]);
    const [{ items }] = await call([['apigateway', 'get_authorizers', { restApiId: rest.items[0].id }]]);
    assert.equal(
      items[0].identitySource,
      'method.request.header.Approov-Token,method.request.header.Authorization',
    );
    const ids = v2.Items.map(({ ApiId }: AwsAnswer) => ApiId as string);
    const routes = await call(ids.map((ApiId: string) => ['apigatewayv2', 'get_routes', { ApiId }] as const));
    const found = (routes as readonly AwsAnswer[]).map(({ Items }, index) => ({
      ApiId: ids[index],
      AuthorizerId: Items[0].AuthorizerId,
    }));
    const made = await call(found.map((one) => ['apigatewayv2', 'get_authorizer', one] as const));
    assert.deepEqual(made.map(({ IdentitySource }) => IdentitySource.join()).sort(), [
      '$request.header.Approov-Token,$request.header.Authorization',
      'route.request.header.Approov-Token,route.request.header.Authorization',
    ]);
    for (const { AuthorizerUri } of [...made, { AuthorizerUri: items[0].authorizerUri }]) {
      assert.match(AuthorizerUri, /:lambda:path\/2015-03-31\/functions\/arn:aws:lambda:.+\/invocations$/);
    }
  });

  test('lets the authorizers of the three APIs invoke the function, and nothing else', async () => {
    const [{ Stacks }] = await call([['cloudformation', 'describe_stacks', { StackName: 'Security' }]]);
    const { OutputValue: FunctionName } = Stacks[0].Outputs.find(
      ({ OutputKey }: AwsAnswer) => OutputKey === 'FunctionName',
    );
    const [{ Policy }] = await call([['lambda', 'get_policy', { FunctionName }]]);
    const sources = JSON.parse(Policy).Statement.map(
      ({ Condition }: AwsAnswer) => Condition.ArnLike['AWS:SourceArn'],
    );
    assert.equal(sources.length, 3);
    for (const source of sources) assert.match(source, /^arn:aws:execute-api:[^/]+:\w+\/authorizers\/\*$/);
  });
});

/** The calls that upload the assets of a stack, as `cdk deploy` does. */
async function uploads(stack: string): Promise<AwsCall[]> {
  const { files } = JSON.parse(await readFile(`${out}/${stack}.assets.json`, 'utf8'));
  const calls: AwsCall[] = [];
  for (const { source, destinations } of Object.values(files) as AwsAnswer[]) {
    if (source.packaging !== 'zip') continue;
    const zip = `${out}/${source.path}.zip`;
    await runTool('python3', ['-m', 'zipfile', '-c', zip, '.'], { cwd: `${out}/${source.path}` });
    for (const { bucketName, objectKey } of Object.values(destinations) as AwsAnswer[]) {
      calls.push(['s3', 'put_object', { Bucket: bucketName, Key: objectKey, Body: { file: zip } }]);
    }
  }
  return calls;
}
