import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { mintToken } from '../../infra/tools/approov/mint.ts';
import { command } from '../infra/support/command.ts';
import { factsOfStack, statusIn } from '../live/facts.ts';
import { type LocalRun, startLocalRun } from '../support/localRun.ts';
import { freePort } from '../support/ports.ts';
import { root } from './tools.ts';

/** Settings of the local run, as infra/tools/local/start.ts gives them. */
const settings = {
  APPROOV_DENIAL: 'policy',
  APPROOV_BINDING_HEADERS: 'Authorization',
  APPROOV_BINDING: 'if-present',
  APPROOV_MESSAGE_SIGNING: 'install',
  APPROOV_MESSAGE_SIGNING_WITHOUT_KEY: 'allow',
};

suite('npm run smoke against the APIs of npm start', () => {
  let port: number;
  let local: LocalRun;

  before(async () => {
    port = await freePort();
    local = await startLocalRun(port);
  });
  after(() => local?.stop());

  test('finds no difference but a known one, and tries message signing', async (context) => {
    const origin = `http://localhost:${port}`;
    const urls = ['--rest-url', `${origin}/dev/hello`, '--http-url', `${origin}/hello`];
    const { code, stdout } = await command(
      'infra/tools/cli/smoke.ts',
      [
        ...['--secret-id', 'approov-apigateway-dev/token-secret'],
        ...urls,
        ...['--report', `${root}.cache/smoke-local.md`],
      ],
      '',
      {
        ...settings,
        AWS_ENDPOINT_URL_SECRETS_MANAGER: local.secretsManager,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
    );
    assert.equal(code, 1);
    const differing = stdout.split('\n').filter((line) => line.endsWith('DIFFERS'));
    assert.equal(differing.length, 1, stdout);
    // serverless offline decodes the query of an HTTP API's event, which API Gateway hands on as it was sent.
    assert.match(differing[0] ?? '', /^HTTP +a signed query verifies/);
    assert.match(stdout, /^HTTP +signed, query altered .* ok$/m);
    assert.match(stdout, /^REST +an Allow ends with its token.* ok$/m);
    context.diagnostic(stdout);
  });

  for (const fact of factsOfStack(['rest', 'http2'])) {
    test(`serverless-offline answers as AWS does, or differs as it is known to: ${fact.fact}`, async () => {
      const key =
        fact.token === 'good' ? Buffer.from(await local.secret(), 'base64') : Buffer.alloc(64, 'forger');
      const token = mintToken({ claims: { exp: Date.now() / 1000 + 300 }, key });
      const { status } = await fetch(`http://localhost:${port}${fact.kind === 'rest' ? '/dev' : ''}/hello`, {
        headers: fact.token === 'none' ? {} : { 'Approov-Token': token },
      });
      assert.equal(status, statusIn(fact, 'serverless-offline'));
    });
  }
});
