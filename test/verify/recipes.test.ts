import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { promisify } from 'node:util';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { newInstallKey, signRequest } from '../../infra/tools/approov/sign.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { type ProxyKind, proxyEventOf, urlOf } from '../cases/proxyEventOf.ts';
import { type Consumer, installPackage, root } from '../package/installPackage.ts';
import { installTools, toolFile } from '../package/tools.ts';

const execute = promisify(execFile);
const key = Buffer.alloc(64, 'the secret of the recipes, ');
const { installKey, ipk } = newInstallKey();
const now = Math.floor(Date.now() / 1000);
const claims = { exp: now + 300, did: 'device' };
const body = '{"item":"tea"}';

/** A recipe of the page, by its heading, and the kinds of events that it takes. */
const recipes: { heading: string; kinds: readonly ProxyKind[] }[] = [
  { heading: 'A 401 that a browser can read', kinds: ['rest', 'http1'] },
  { heading: 'A handler that streams its response', kinds: ['http2', 'functionUrl'] },
  { heading: 'Hono on Lambda', kinds: ['rest', 'http2', 'functionUrl'] },
  { heading: 'Express', kinds: ['rest', 'http1', 'http2', 'functionUrl'] },
  { heading: 'Powertools event handler', kinds: ['rest', 'http2', 'functionUrl'] },
  { heading: 'middy', kinds: ['rest', 'http1', 'http2', 'functionUrl'] },
  { heading: 'A web server', kinds: ['web'] },
];

/** What the page shows, with message signing, of which its recipes need no more. */
function recipeOf(heading: string): string {
  const page = readFileSync(join(root, 'docs/which-way.md'), 'utf8');
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  const [, code] = /```ts\n([\s\S]*?)```/.exec(section ?? '') ?? [];
  assert.ok(code, `docs/which-way.md has a recipe for ${heading}`);
  const options = "secretId: 'approov/secret'";
  assert.ok(code.includes(options));
  return code.replace(
    options,
    `${options}, logLevel: 'silent', messageSigning: 'install', messageSigningWithoutKey: 'allow'`,
  );
}

type Headers = Record<string, string>;

/** HTTP APIs have the default stage here: Hono and serverless-http would take another one for a part of the path. */
const clientUrlOf = {
  ...urlOf,
  http1: 'https://abc123.execute-api.eu-west-1.amazonaws.com/orders',
  http2: 'https://abc123.execute-api.eu-west-1.amazonaws.com/orders',
};

/** Requests of apps, each with the answer to expect: status, and body when it is served. */
function requestsOf(kind: ProxyKind) {
  const content = { 'Content-Type': 'application/json' };
  const token = (more: object = {}, secret = key): Headers => ({
    ...content,
    'Approov-Token': mintToken({ claims: { ...claims, ...more }, key: secret }),
  });
  const unsigned = token();
  const headers = token({ ipk });
  const signature = signRequest(
    { method: 'POST', url: clientUrlOf[kind], headers, body },
    { installKey, created: now, lifetime: 300 },
  );
  const signed: Headers = { ...headers, ...signature };
  const served = [200, { item: 'tea', device: 'device' }];
  return [
    { name: 'a valid token', headers: unsigned, body, expected: served },
    { name: 'a signed request', headers: signed, body, expected: served },
    { name: 'no token', headers: content, body, expected: [401, null] },
    { name: 'a forged token', headers: token({}, Buffer.alloc(64)), body, expected: [401, null] },
    { name: 'an expired token', headers: token({ exp: now - 1 }), body, expected: [401, null] },
    {
      name: 'another body than the signed one',
      headers: signed,
      body: '{"item":"gin"}',
      expected: [401, null],
    },
    { name: 'no signature', headers, body, expected: [401, null] },
  ].map(({ headers: sent, ...rest }) => ({ ...rest, headers: Object.entries(sent) }));
}

/** Sends what it is given to a recipe, and prints status and body of each answer. */
const runner = `
import { text as textOf } from 'node:stream/consumers';
import { PassThrough } from 'node:stream';
const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
globalThis.awslambda = {
  streamifyResponse: (handler) => Object.assign(handler, { [streaming]: 'response' }),
  HttpResponseStream: { from: (stream, metadata) => Object.assign(stream, metadata) },
};
const recipe = await import('./recipe.js');
const { requests, isWeb } = JSON.parse(process.env.REQUESTS);
const context = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 1000, callbackWaitsForEmptyEventLoop: true };
const answers = [];
for (const { url, headers, body, event } of requests) {
  const response = isWeb
    ? await recipe.default.fetch(new Request(url, { method: 'POST', headers, body }))
    : recipe.handler[streaming]
      ? await streamed(event)
      : await recipe.handler(event, context);
  const status = response.status ?? response.statusCode;
  const text = isWeb ? await response.text() : response.isBase64Encoded ? Buffer.from(response.body, 'base64').toString() : response.body;
  answers.push([status, text?.trim() ? JSON.parse(text) : null]);
}
console.log(JSON.stringify(answers));
process.exit();

async function streamed(event) {
  const stream = new PassThrough();
  const [body] = await Promise.all([textOf(stream), recipe.handler(event, stream, context)]);
  return { statusCode: stream.statusCode, body };
}
`;

suite('the recipes of docs/which-way.md', () => {
  const skip = installTools('recipes');
  let consumer: Consumer;
  let secretsManager: SecretsManager;
  before(async () => {
    consumer = installPackage();
    secretsManager = await startSecretsManager();
    secretsManager.putSecret('approov/secret', { string: key.toString('base64') });
  });
  after(async () => {
    consumer.remove();
    await secretsManager.close();
  });

  /** Runs Node.js in a recipe's folder, and gives what it prints. */
  async function node(cwd: string, args: string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
    const env = {
      PATH: process.env.PATH,
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'example',
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
      ...variables,
    };
    const { stdout } = await execute(process.execPath, args, { cwd, env }).catch((error) =>
      assert.fail(`${args.join(' ')}\n${error.stdout}${error.stderr}`),
    );
    return stdout.trim();
  }

  for (const { heading, kinds } of recipes) {
    test(`${heading} compiles, serves genuine apps and refuses others`, { skip }, async () => {
      const folder = `recipes-${heading.replaceAll(/\W/g, '')}`;
      consumer.write(`${folder}/package.json`, '{ "type": "module" }');
      consumer.write(`${folder}/recipe.ts`, recipeOf(heading));
      consumer.write(`${folder}/run.js`, runner);
      const cwd = join(consumer.folder, folder);
      symlinkSync(toolFile('', 'recipes'), join(cwd, 'node_modules'));
      const flags =
        '--strict --target es2022 --module node20 --esModuleInterop --skipLibCheck --types node --ignoreConfig';
      await node(cwd, [join(root, 'node_modules/typescript/bin/tsc'), ...flags.split(' '), 'recipe.ts']);

      for (const kind of kinds) {
        const requests = requestsOf(kind);
        const url = clientUrlOf[kind];
        const sent = requests.map(({ headers, body: text }) => ({
          url,
          headers,
          body: text,
          event: kind === 'web' ? undefined : proxyEventOf(kind, { url, headers, body: text }),
        }));
        const REQUESTS = JSON.stringify({ requests: sent, isWeb: kind === 'web' });
        const answers = JSON.parse(await node(cwd, ['run.js'], { REQUESTS }));
        const shown = requests.map(({ name }, index) => [name, answers[index]]);
        assert.deepEqual(
          shown,
          requests.map(({ name, expected }) => [name, expected]),
          kind,
        );
      }
    });
  }
});
