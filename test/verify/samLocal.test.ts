import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, suite, test } from 'node:test';
import { exampleTokens, invocations } from '../../infra/cloudformation/sam/events.ts';
import { parameterOverrides } from '../../infra/cloudformation/sam/local.ts';
import { factsOfStack, statusIn } from '../live/facts.ts';
import { assertAnswer } from './assertAnswer.ts';
import { startDockerEngine } from './dockerEngine.ts';
import { importLambdaImage } from './lambdaImage.ts';
import { runTool } from './runTool.ts';
import { buildSam, samFolder } from './samFunctions.ts';
import { type SamApi, startSamApi } from './samStartApi.ts';
import { offline, pythonTool, root } from './tools.ts';

/** Hello's answer to the valid example token. */
const greeting = {
  status: 200,
  body: { message: 'Hello, World!', did: 'ExampleApproovTokenDID==', exp: 4_708_683_205 },
};

const docker = await startDockerEngine();
const skip = typeof docker === 'string' && docker;

suite('the SAM CLI with the stand-in of npm run sam:secret', () => {
  let environment: Readonly<Record<string, string>>;
  let standIn: ChildProcess | undefined;

  before(async () => {
    if (typeof docker === 'string') {
      return;
    }
    await buildSam();
    environment = {
      ...offline,
      ...docker.environment,
      // SAM asks for the account of the made-up credentials, and goes on without an answer.
      AWS_MAX_ATTEMPTS: '1',
    };
    if (docker.isPrivate) {
      await importLambdaImage(docker);
      environment = { ...environment, SAM_SKIP_PULL_IMAGE: 'true' };
    }
    standIn = await startStandIn(environment);
  });

  after(async () => {
    if (standIn?.kill()) {
      await once(standIn, 'exit');
    }
    if (typeof docker !== 'string') {
      await docker.stop();
    }
  });

  suite('sam local invoke', () => {
    for (const invocation of invocations) {
      const { name, expected } = invocation;
      const outcome = [expected.answer, expected.reason].filter((part) => part !== undefined).join(', ');
      test(`${name}: ${outcome}`, { skip }, async () => {
        const { stdout } = await runTool(
          pythonTool('sam'),
          ['local', 'invoke', 'AuthorizerFunction', '-e', `events/${name}.json`, ...parameterOverrides()],
          { cwd: samFolder, env: environment },
        );
        assertAnswer(invocation, JSON.parse(stdout));
      });
    }
  });

  suite('sam local start-api', () => {
    let api: SamApi | undefined;

    before(async () => {
      if (skip === false) {
        api = await startSamApi(environment);
      }
    });

    after(() => api?.stop());

    const refused = { status: 403, body: { message: 'User is not authorized to access this resource' } };
    const cases: readonly { case: string; token?: string; method?: string; expected: object }[] = [
      { case: 'a valid token', token: exampleTokens.allow, expected: greeting },
      { case: 'a valid token, POST', token: exampleTokens.allow, method: 'POST', expected: greeting },
      { case: 'an expired token', token: exampleTokens.expired, expected: refused },
      { case: 'a forged token', token: exampleTokens.forged, expected: refused },
      { case: 'a malformed token', token: exampleTokens.malformed, expected: refused },
      { case: 'no token', expected: { status: 401, body: { message: 'Unauthorized' } } },
    ];
    for (const kind of ['rest', 'http'] as const) {
      for (const { case: title, token, method, expected } of cases) {
        test(`${kind}: ${title}`, { skip }, async () => {
          assert.deepEqual(await api?.call(kind, token, method), expected);
        });
      }
    }

    const tokensOfFacts = { good: exampleTokens.allow, forged: exampleTokens.forged, none: undefined };
    for (const fact of factsOfStack(['rest', 'http2'])) {
      test(`answers as AWS does, or differs as it is known to: ${fact.fact}`, { skip }, async () => {
        const answer = await api?.call(fact.kind === 'rest' ? 'rest' : 'http', tokensOfFacts[fact.token]);
        assert.equal(answer?.status, statusIn(fact, 'SAM CLI'));
      });
    }
  });

  suite('sam local start-api with APPROOV_DENIAL=unauthorized', () => {
    let api: SamApi | undefined;

    before(async () => {
      if (skip === false) {
        api = await startSamApi(environment, { APPROOV_DENIAL: 'unauthorized' });
      }
    });

    after(() => api?.stop());

    for (const kind of ['rest', 'http'] as const) {
      test(`${kind}: a thrown Unauthorized is a 502, unlike on AWS`, { skip }, async () => {
        assert.equal((await api?.call(kind, exampleTokens.expired))?.status, 502);
        assert.deepEqual(await api?.call(kind, exampleTokens.allow), greeting);
      });
    }
  });
});

async function startStandIn(environment: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const program = `${root}infra/cloudformation/sam/standIn.ts`;
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  assert.match(String(said), /sam local invoke/, 'the stand-in tells how to use it');
  return child;
}
