import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { eventOf } from '../cases/eventOf.ts';
import { type Consumer, installPackage, packageName as name, root } from '../package/installPackage.ts';
import { installTools, toolFile } from '../package/tools.ts';

const execute = promisify(execFile);
const key = Buffer.alloc(64, 'the secret of the consumers, ');
const token = mintToken({ claims: { exp: Date.now() / 1000 + 300, did: 'device' }, key });

/** What every consumer prints, when the package works in it. */
const works =
  '["Allow","device","Unauthorized","absent",["device",401,"token_missing",["Allow","Deny"],"device"]]';

/** What a consumer does, given the imports and `options`. The types are those of AWS Lambda's handlers. */
const prints = `
async function print() {
  const event = JSON.parse(process.env.EVENT as string) as any;
  const authorizer = createAuthorizer(options);
  const answer = (await authorizer(event)) as any;
  const context = readApproovContext({ requestContext: { authorizer: answer.context } }) as any;
  const refused = await authorizer({ ...event, headers: {}, multiValueHeaders: {} }).catch((error: any) => error.message);
  const code = codeOf(() => readApproovContext({}));
  console.log(JSON.stringify([answer.policyDocument.Statement[0].Effect, context.did, refused, code, await compose(event)]));
}
function codeOf(call: () => unknown) {
  try {
    return call();
  } catch (error) {
    return error instanceof ApproovContextError && error.code;
  }
}
async function compose(event: any) {
  const allowed = { principalId: 'p', policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } };
  const wrapped = await withApproov(async () => allowed, options)(event, {});
  const { type, methodArn, ...proxied } = event;
  const guarded = guardHandler(async (_event: any, _context: any, { did }: any) => did, options);
  const { verify } = createVerifier(options);
  const nobody = { ...proxied, headers: {}, multiValueHeaders: {} };
  const reason = await verify(nobody).catch((error: any) => error instanceof Refusal && error.reason);
  const effects = wrapped.policyDocument.Statement.map(({ Effect }) => Effect);
  const claims = (await verify(proxied)) as any;
  const { statusCode } = (await guarded(nobody, {})) as any;
  return [await guarded(proxied, {}), statusCode, reason, effects, claims.did];
}
print();
`;
const options = "const options = { secretId: 'approov/secret', logLevel: 'silent' }";
const names = 'ApproovContextError, createAuthorizer, createVerifier, guardHandler, Refusal, withApproov';

/** JavaScript that does so. */
const importing = `
import { ${names} } from '${name}';
import { readApproovContext } from '${name}/backend';
${options};
${stripTypeScriptTypes(prints)}`;
const requiring = `
const { ${names} } = require('${name}');
const { readApproovContext } = require('${name}/backend');
${options};
${stripTypeScriptTypes(prints)}`;

/** TypeScript that does the same, with a handler of each type that AWS Lambda's have. */
const typescript = `
import type {
  APIGatewayProxyEvent,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayRequestAuthorizerEvent,
  APIGatewayRequestAuthorizerHandler,
  APIGatewayRequestIAMAuthorizerHandlerV2,
  APIGatewayRequestSimpleAuthorizerHandlerV2,
  APIGatewayTokenAuthorizerHandler,
  Context,
  LambdaFunctionURLHandler,
} from 'aws-lambda';
import {
  ApproovContextError, type Authorizer, createAuthorizer, createVerifier, Failure, guardHandler, type PolicyResponse,
  Refusal, type RefusalReason, refusalReasons, withApproov,
} from '${name}';
import { type ApproovContext, readApproovContext, verifyContentDigest } from '${name}/backend';

${options} as const;
const authorizer: Authorizer = createAuthorizer({ secretId: 'approov/secret', logLevel: 'silent' });
export const handler: APIGatewayRequestAuthorizerHandler = async (event) => authorizer(event);
export const typed = (event: APIGatewayRequestAuthorizerEvent): Promise<PolicyResponse> => authorizer(event);
const policy = createAuthorizer({ secretId: 'approov/secret', logLevel: 'silent' });
export const iam: APIGatewayRequestIAMAuthorizerHandlerV2 = async (event) => policy(event);
const simple = createAuthorizer({ secretId: 'approov/secret', logLevel: 'silent', httpApiResponse: 'simple' });
export const isAuthorized: APIGatewayRequestSimpleAuthorizerHandlerV2 = async (event) => simple(event);
export const withMore: APIGatewayRequestAuthorizerHandler = async (event) => {
  const answer = await authorizer(event);
  answer.context.tenant = 'x';
  answer.policyDocument.Statement[0].Resource = '*';
  return answer;
};
export const backend: APIGatewayProxyHandler = async (event) => {
  const context: ApproovContext = readApproovContext(event, { numericClaims: ['level'] });
  if (context.verdict === 'would-deny') return { statusCode: 401, body: context.reason };
  const exp: number = context.exp;
  return { statusCode: 200, body: verifyContentDigest(event, context) + exp };
};
export const wrapped: APIGatewayRequestAuthorizerHandler = withApproov(handler, options);
export const wrappedSimple: APIGatewayRequestSimpleAuthorizerHandlerV2 = withApproov(isAuthorized, options);
declare const ofToken: APIGatewayTokenAuthorizerHandler;
export const fromToken = (): APIGatewayRequestAuthorizerHandler =>
  withApproov(ofToken, { ...options, authorizationTokenHeader: 'Authorization' });
export const guarded: APIGatewayProxyHandler = guardHandler(
  async (event: APIGatewayProxyEvent, _context: Context, { did }) => ({ statusCode: 200, body: event.path + did }),
  options,
);
export const guardedV2: APIGatewayProxyHandlerV2 = guardHandler(async () => 'ok', options);
export const functionUrl: LambdaFunctionURLHandler = guardHandler(async () => 'ok', options);
export const web: (request: Request) => Promise<Response> = guardHandler(
  (request: Request, _env, { exp }) => new Response(request.url + exp),
  options,
);
export const reasonOf = (error: unknown): RefusalReason | undefined => (error instanceof Refusal ? error.reason : undefined);
export const known: readonly string[] = refusalReasons;
export const isOurs = (error: unknown) => error instanceof Failure;

${prints}`;

const jest = `
const authorizers = require('${name}');
const backend = require('${name}/backend');
test('the package', async () => {
  const client = { send: async () => ({ SecretString: process.env.SECRET, VersionId: '1' }) };
  const authorizer = authorizers.createAuthorizer({ secretId: 's', logLevel: 'silent' }, { client });
  const answer = await authorizer(JSON.parse(process.env.EVENT));
  expect(answer.policyDocument.Statement[0].Effect).toBe('Allow');
  expect(() => backend.readApproovContext({})).toThrow(authorizers.ApproovContextError);
  jest.spyOn(backend, 'readApproovContext').mockReturnValue({ did: 'mine' });
  expect(backend.readApproovContext({}).did).toBe('mine');
});
`;

suite('projects that use the package', () => {
  let consumer: Consumer;
  let secretsManager: SecretsManager;
  let environment: NodeJS.ProcessEnv;
  const missingTools = installTools();

  before(async () => {
    consumer = installPackage();
    consumer.write('commonjs/package.json', '{ "type": "commonjs" }');
    consumer.write('module/package.json', '{ "type": "module" }');
    secretsManager = await startSecretsManager();
    const secret = key.toString('base64');
    secretsManager.putSecret('approov/secret', { string: secret });
    environment = {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      SECRET: secret,
      EVENT: JSON.stringify(eventOf.rest([['Approov-Token', token]])),
    };
  });
  after(async () => {
    consumer.remove();
    await secretsManager.close();
  });

  /** Runs Node.js in the consumer's folder, and gives what it prints. */
  async function node(...args: string[]): Promise<string> {
    const { stdout } = await execute(process.execPath, args, {
      cwd: consumer.folder,
      env: environment,
    }).catch((error) => assert.fail(`${args.join(' ')}\n${error.stdout}${error.stderr}`));
    return stdout.trim();
  }
  const bundle = (entry: string, format: 'esm' | 'cjs', outfile: string) =>
    build({
      absWorkingDir: consumer.folder,
      entryPoints: [entry],
      outfile,
      format,
      bundle: true,
      platform: 'node',
      logLevel: 'silent',
    });

  for (const [title, file, text] of [
    ['an ES module', 'main.mjs', importing],
    ['CommonJS', 'main.cjs', requiring],
  ] as const) {
    test(`runs as ${title}`, async () => {
      assert.equal(await node(consumer.write(file, text)), works);
    });
    for (const [format, extension] of [
      ['esm', 'mjs'],
      ['cjs', 'cjs'],
    ] as const) {
      test(`runs as ${title} that esbuild bundles by its defaults, as ${format}`, async () => {
        const outfile = `bundled/${file}.${extension}`;
        await bundle(consumer.write(file, text), format, outfile);
        assert.equal(await node(outfile), works);
      });
    }
  }

  const project = join(root, 'node_modules/typescript/bin/tsc');
  const typescript5 = toolFile('typescript/bin/tsc');
  const compilations: { title: string; compiler: string; folder: string; flags: string }[] = [
    {
      title: 'node10',
      compiler: typescript5,
      folder: 'commonjs',
      flags: 'commonjs --moduleResolution node10',
    },
    ...[typescript5, project].flatMap((compiler) => [
      { title: 'node16, CommonJS', compiler, folder: 'commonjs', flags: 'node16' },
      { title: 'node16, ES modules', compiler, folder: 'module', flags: 'node16' },
      { title: 'bundler', compiler, folder: 'module', flags: 'esnext --moduleResolution bundler' },
    ]),
  ];
  for (const { title, compiler, folder, flags } of compilations) {
    const isProjects = compiler === project;
    const skip = !isProjects && missingTools;
    test(`compiles with ${isProjects ? "the project's TypeScript" : 'TypeScript 5'}: ${title}`, {
      skip,
    }, async () => {
      const file = consumer.write(`${folder}/main.ts`, typescript);
      const options =
        '--strict --esModuleInterop --target es2022 --types node --ignoreConfig --skipLibCheck false';
      const compile = `${options} --outDir ${folder} --module ${flags}`.split(' ');
      await node(compiler, ...compile.filter((flag) => isProjects || flag !== '--ignoreConfig'), file);
      if (title !== 'bundler') {
        assert.equal(await node(`${folder}/main.js`), works);
      } else {
        await bundle(`${folder}/main.js`, 'esm', 'bundled/bundler.mjs');
        assert.equal(await node('bundled/bundler.mjs'), works);
      }
    });
  }

  test('jest requires it, and replaces its functions', { skip: missingTools }, async () => {
    consumer.write('jest/package.test.js', jest);
    const config = JSON.stringify({ rootDir: join(consumer.folder, 'jest'), transform: {} });
    const flags = ['--config', config, '--no-cache', '--no-watchman', '--runInBand'];
    await node(toolFile('jest/bin/jest.js'), ...flags);
  });

  test('Are The Types Wrong? finds nothing wrong', { skip: missingTools }, async () => {
    await node(toolFile('@arethetypeswrong/cli/dist/index.js'), consumer.tarball);
  });

  test('publint finds nothing wrong', { skip: missingTools }, async () => {
    await node(toolFile('publint/src/cli.js'), 'run', consumer.tarball, '--strict');
  });
});
