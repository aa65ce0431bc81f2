/** `npm run smoke`: tries a deployed stack or an authorizer, and prints and writes the results. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../../../src/config/readEnvironment.ts';
import { type Config, settings } from '../../../src/config/settings.ts';
import { ConfigurationError } from '../../../src/errors.ts';
import { decodeSecret } from '../../../src/keys/decodeSecret.ts';
import type { DemoInput } from '../approov/demoRequests.ts';
import { CommandError, runCommand } from '../command/runCommand.ts';
import { report, rowsTable } from '../smoke/report.ts';
import { runSmoke } from '../smoke/runSmoke.ts';
import { stackTarget } from '../smoke/stackTarget.ts';
import { type SmokeApi, type SmokeTarget, SmokeTargetError } from '../smoke/target.ts';
import { authorizerTarget, dryRun, limits, testInvoke } from '../smoke/testInvoke.ts';

const help = `Tries a deployed stack from outside: sends good and bad tokens to its APIs, and checks each response's status, body and log
line. What AWS does not document is tried too, and noted. Reads the secret with your own rights, mints the tokens with
it, and shows neither. Exit code 1 on a difference.

  npm run smoke -- --stage dev             the stack of 'npm run deploy -- --stage dev'
  npm run smoke -- --stack NAME            another one, such as the one of 'sam deploy'
  npm run smoke -- --secret-id ID --rest-url URL --http-url URL --websocket-url URL
                                           APIs of your own, one or more: URLs of guarded routes. The authorizer's settings
                                           are taken from environment variables of their names.
  npm run smoke -- --rest-api ID --authorizer ID
                                           an authorizer of a REST API, before any route has it: API Gateway calls it with
                                           each token (TestInvokeAuthorizer), and nothing is changed

  --dry-run          with --rest-api: prints the calls and the rights they need, and calls nothing
  --user-token-file FILE
                     the access token of a user, where the authorizer checks users too (APPROOV_USER_AUTH)
  --region REGION    AWS_REGION if left out, else eu-west-1 as in serverless.yml
  --metrics-wait S   seconds to wait for the metrics of a stack, 150 if left out
  --report FILE      .cache/smoke-report.md if left out: the table without anything that is yours, for an issue
  --help             this text
`;

/** Seconds that the good tokens last. */
const usableSeconds = 300;

await runCommand(async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      stage: { type: 'string' },
      stack: { type: 'string' },
      'rest-url': { type: 'string' },
      'http-url': { type: 'string' },
      'websocket-url': { type: 'string' },
      'rest-api': { type: 'string' },
      authorizer: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      'secret-id': { type: 'string' },
      'user-token-file': { type: 'string' },
      region: { type: 'string' },
      'metrics-wait': { type: 'string', default: '150' },
      report: { type: 'string', default: '.cache/smoke-report.md' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const region = values.region ?? process.env.AWS_REGION ?? 'eu-west-1';
  const apis = (['rest', 'http', 'websocket'] as const).flatMap((kind): SmokeApi[] => {
    const url = values[`${kind}-url`];
    return url === undefined ? [] : [{ kind, url: checkedUrl(`--${kind}-url`, url) }];
  });
  const {
    stage,
    stack,
    authorizer: authorizerId,
    'rest-api': restApiId,
    'secret-id': givenSecretId,
  } = values;
  if ([stage, stack, restApiId, apis[0]].filter((given) => given !== undefined).length !== 1) {
    throw new CommandError('give --stage, --stack, URLs, or --rest-api with --authorizer: one of the four');
  }
  if ((restApiId === undefined) !== (authorizerId === undefined)) {
    throw new CommandError('--rest-api and --authorizer go together');
  }
  if (values['dry-run'] && restApiId === undefined) throw new CommandError('--dry-run goes with --rest-api');
  if (!/^\d{1,4}$/.test(values['metrics-wait'])) {
    throw new CommandError(`--metrics-wait must be whole seconds, not '${values['metrics-wait']}'`);
  }
  const longest = Number(values['metrics-wait']) * 1000;
  const authorizer = restApiId && authorizerId ? { restApiId, authorizerId } : undefined;
  if (authorizer !== undefined && values['dry-run']) {
    process.stdout.write(dryRun(authorizer, givenSecretId, region));
    return 0;
  }
  const inputFor = async (config: Config): Promise<DemoInput> => ({
    key: await reading('the secret', secretKey(config, givenSecretId ?? config.secretId, region)),
    now: Math.floor(Date.now() / 1000),
    usableSeconds,
    rules: config,
    login: await loginOf(config, values['user-token-file']),
  });
  try {
    const { rows, description } = await (async () => {
      if (authorizer !== undefined) {
        const tested = await reading('the authorizer', authorizerTarget(authorizer, region));
        const invoked = testInvoke(tested, await inputFor(tested.config), region);
        return { rows: await reading('its answers', invoked), description: 'an authorizer' };
      }
      const name = stage === undefined ? stack : `approov-apigateway-${stage}`;
      const target =
        name === undefined
          ? urlTarget(apis, givenSecretId)
          : await reading(`stack ${name}`, stackTarget(name, region));
      const rows = await runSmoke(target, await inputFor(target.config), { region, longest });
      return { rows, description: target.description };
    })();
    const shownLimits = authorizer === undefined ? [] : limits;
    process.stdout.write([rowsTable(rows), ...shownLimits.map((line) => `${line}\n`)].join('\n'));
    const { version } = JSON.parse(await readFile(new URL('../../../package.json', import.meta.url), 'utf8'));
    const date = new Date().toISOString().slice(0, 10);
    await mkdir(dirname(values.report), { recursive: true });
    await writeFile(
      values.report,
      report(rows, { date, version, target: description, region, limits: shownLimits }),
    );
    process.stdout.write(`\n${values.report} has the same for an issue.\n`);
    return rows.some(({ verdict }) => verdict === 'DIFFERS') ? 1 : 0;
  } catch (error) {
    throw error instanceof SmokeTargetError || error instanceof ConfigurationError
      ? new CommandError(error.message)
      : error;
  }
});

function checkedUrl(option: string, text: string): string {
  const protocols = option === '--websocket-url' ? /^wss?:$/ : /^https?:$/;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !protocols.test(url.protocol)) {
    throw new CommandError(`${option} must be an absolute URL of a guarded route, not '${text}'`);
  }
  return url.href;
}

function urlTarget(apis: readonly SmokeApi[], secretId: string | undefined): SmokeTarget {
  if (secretId === undefined) {
    throw new CommandError('--secret-id is needed to mint tokens for URLs');
  }
  // Approov's own command has variables with the same prefix.
  const known = Object.values(settings).map(({ variable }) => [variable, process.env[variable]]);
  const { config } = readEnvironment({ ...Object.fromEntries(known), APPROOV_SECRET_ID: secretId });
  return { description: 'given URLs', apis, config, isTemplate: false, logGroups: [] };
}

/** The login that a user's app also sends; undefined where the authorizer does not check users. */
async function loginOf(config: Config, file: string | undefined) {
  if (config.userAuth === 'off') {
    return undefined;
  }
  if (file === undefined) {
    throw new CommandError("the authorizer checks users too: give one's token with --user-token-file FILE");
  }
  const token = await reading(file, readFile(file, 'utf8'));
  return { header: config.userHeader, value: `Bearer ${token.trim()}` };
}

async function secretKey(config: Config, SecretId: string | undefined, region: string): Promise<Uint8Array> {
  if (SecretId === undefined) {
    throw new CommandError(
      'the authorizer has no secret to mint tokens with: its tokens are all of a keyset',
    );
  }
  const client = new SecretsManagerClient({ region });
  const { SecretString, SecretBinary } = await client.send(new GetSecretValueCommand({ SecretId }));
  const text = SecretString ?? Buffer.from(SecretBinary ?? []).toString('utf8');
  return decodeSecret(config.secretJsonKey === undefined ? text : JSON.parse(text)[config.secretJsonKey]);
}

/** Says what could not be read, and why: the caller's rights, region or spelling. */
async function reading<Result>(what: string, result: Promise<Result>): Promise<Result> {
  return result.catch((error: Error) => {
    if (error instanceof CommandError || error instanceof SmokeTargetError) throw error;
    throw new CommandError(`cannot read ${what}: ${error.name}: ${error.message}`);
  });
}
