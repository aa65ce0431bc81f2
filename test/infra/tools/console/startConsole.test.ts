import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { request as send } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { curlCommand } from '../../../../infra/tools/approov/httpRequest.ts';
import { DecisionFeed } from '../../../../infra/tools/console/decisionFeed.ts';
import type { LocalApi, LocalRun } from '../../../../infra/tools/console/localRun.ts';
import type { InspectResult, MintResult, Setup } from '../../../../infra/tools/console/protocol.ts';
import { type Console, startConsole } from '../../../../infra/tools/console/startConsole.ts';
import {
  type SecretsManager,
  startSecretsManager,
} from '../../../../infra/tools/standIns/secretsManager/secretsManager.ts';
import { freePort } from '../../../support/ports.ts';

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

const secretName = 'token-secret';
const url = 'http://localhost:1/hello';

suite('the console', () => {
  let secretsManager: SecretsManager;
  let started: Console;
  let run: LocalRun;
  const feed = new DecisionFeed(() => 1_700_000_000_000);

  before(async () => {
    secretsManager = await startSecretsManager();
    secretsManager.putSecret(secretName, { string: randomBytes(64).toString('base64') });
    const api: LocalApi = {
      name: 'HTTP',
      url,
      requests: () => [{ title: 'one', request: { method: 'GET', url, headers: {} }, status: 200 }],
    };
    run = {
      host: '127.0.0.1',
      consolePort: await freePort(),
      secretsManager,
      secretName,
      groups: [
        {
          rest: { ...api, name: 'REST' },
          http: api,
          settings: {
            secretId: secretName,
            bindingHeaders: 'Authorization',
            binding: 'if-present',
            messageSigning: 'install',
            messageSigningWithoutKey: 'allow',
            publicOrigin: 'http://localhost:1',
          },
        },
      ],
      keySets: {},
      keysetKeys: [],
    };
    started = await startConsole(run, feed);
  });
  after(async () => {
    await started.close();
    await secretsManager.close();
  });

  const usual = { 'Console-Key': 'loopback', 'Content-Type': 'application/json' };
  const call = (name: string, body: object = {}, headers: Record<string, string> = {}) =>
    ask(run, 'POST', `/api/${name}`, { ...usual, ...headers }, JSON.stringify(body));
  const result = async <Result>(name: string, body: object = {}) => {
    const { status, body: text } = await call(name, body);
    assert.equal(status, 200, text);
    return JSON.parse(text) as Result;
  };

  suite('guards its calls: it', () => {
    const cases: { case: string; headers: Record<string, string>; status: number }[] = [
      { case: 'its own page', headers: { Origin: 'own', 'Sec-Fetch-Site': 'same-origin' }, status: 200 },
      { case: 'the loopback address', headers: { Host: '127.0.0.1' }, status: 200 },
      { case: 'a rebound name', headers: { Host: 'attacker.example' }, status: 421 },
      { case: 'another port', headers: { Host: 'localhost:80' }, status: 421 },
      { case: 'another site', headers: { Origin: 'http://attacker.example' }, status: 403 },
      { case: 'an opaque origin', headers: { Origin: 'null' }, status: 403 },
      { case: 'a cross-site request', headers: { 'Sec-Fetch-Site': 'cross-site' }, status: 403 },
      { case: 'a page on another port', headers: { 'Sec-Fetch-Site': 'same-site' }, status: 403 },
      { case: 'a call without the key', headers: { 'Console-Key': '' }, status: 403 },
      { case: 'a body that is not JSON', headers: { 'Content-Type': 'text/plain' }, status: 400 },
    ];
    for (const { case: title, headers, status } of cases) {
      test(`${status === 200 ? 'answers' : 'refuses'} ${title}`, async () => {
        const port = run.consolePort;
        const { Host, Origin } = headers;
        const answer = await call(
          'rotate',
          {},
          {
            ...headers,
            ...(Host === '127.0.0.1' && { Host: `127.0.0.1:${port}` }),
            ...(Host === 'attacker.example' && { Host: `attacker.example:${port}` }),
            ...(Origin === 'own' && { Origin: `http://localhost:${port}` }),
          },
        );
        assert.equal(answer.status, status);
      });
    }

    test('changes nothing for a refused request', async () => {
      const { versionId } = secretsManager.version(secretName, 'AWSCURRENT') ?? {};
      await call('rotate', {}, { 'Console-Key': 'wrong' });
      await ask(run, 'GET', '/api/rotate', usual);
      assert.equal(secretsManager.version(secretName, 'AWSCURRENT')?.versionId, versionId);
    });

    test('refuses the page under a rebound name', async () => {
      const { status } = await ask(run, 'GET', '/', { Host: `attacker.example:${run.consolePort}` });
      assert.equal(status, 421);
    });

    test('answers a preflight without CORS headers', async () => {
      const { status, headers } = await ask(run, 'OPTIONS', '/api/rotate', {
        Origin: 'http://attacker.example',
      });
      assert.equal(status, 403);
      assert.deepEqual(
        Object.keys(headers).filter((name) => name.startsWith('access-control')),
        [],
      );
    });

    test('refuses a body that is too long', async () => {
      const { status, body } = await call('inspect', { text: 'a'.repeat(70_000) });
      assert.equal(status, 400);
      assert.match(body, /too long/);
    });

    test('does not know other paths, or the names that every object has', async () => {
      assert.equal((await call('constructor')).status, 404);
      assert.equal((await ask(run, 'GET', '/../package.json', {})).status, 404);
    });
  });

  for (const [path, type] of [
    ['/', 'text/html'],
    ['/page.js', 'text/javascript'],
    ['/page.css', 'text/css'],
    ['/icon.svg', 'image/svg+xml'],
  ] as const) {
    test(`${path} has a strict policy and nothing inline`, async () => {
      const { status, headers, body } = await ask(run, 'GET', path, {});
      assert.equal(status, 200);
      assert.match(String(headers['content-type']), new RegExp(`^${type.replace('+', '\\+')}`));
      assert.match(
        String(headers['content-security-policy']),
        /^default-src 'none'; script-src 'self'; style-src 'self'; /,
      );
      assert.doesNotMatch(String(headers['content-security-policy']), /unsafe|http|\*|data:/);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.equal(headers['access-control-allow-origin'], undefined);
      if (path === '/') assert.doesNotMatch(body, /<script(?![^>]* src=)|<style|\son\w+=|\sstyle=/);
    });
  }

  test('every link of an explanation leads to a heading of a document, or out to https', async () => {
    const { explanations } = await result<Setup>('setup');
    const texts = Object.values(explanations).flatMap(({ meaning, advice }) => [meaning, advice]);
    const links = texts.flatMap((text) =>
      [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target as string),
    );
    assert.ok(links.length > 5, 'the links are found');
    for (const target of links.filter((link) => !link.startsWith('https:'))) {
      const { pathname, hash } = new URL(target, 'http://localhost/docs/operations.md');
      const { status, body } = await ask(run, 'GET', pathname, {});
      assert.equal(status, 200, target);
      if (hash !== '') assert.ok(body.includes(`<b id="${hash.slice(1)}">`), target);
      assert.doesNotMatch(body.replace(/^<!doctype html>.*?<pre[^>]*>/, ''), /<(?!\/?b[ >]|\/pre>)/, target);
    }
  });

  test('in a shared run, a call needs the key of the printed address', async () => {
    const shared = { ...run, host: '127.0.0.2', consolePort: await freePort() };
    const other = await startConsole(shared, feed);
    try {
      const [, key] = /^http:\/\/127\.0\.0\.2:\d+\/#key=([\w-]{22})$/.exec(other.url) ?? [];
      const setupWith = (given: string) =>
        ask(shared, 'POST', '/api/setup', { ...usual, 'Console-Key': given }, '{}');
      assert.equal((await setupWith('loopback')).status, 403);
      assert.equal((await setupWith(key as string)).status, 200);
      assert.equal((await ask(shared, 'GET', '/', { Host: `localhost:${shared.consolePort}` })).status, 421);
    } finally {
      await other.close();
    }
  });

  test('the setup has APIs, rows and explanations, and the secret nowhere', async () => {
    const setup = await result<Setup>('setup');
    assert.deepEqual(
      setup.apis.map(({ name }) => name),
      ['REST', 'HTTP'],
    );
    assert.deepEqual(setup.algorithms, ['HS256']);
    const { text } = secretsManager.version(secretName, 'AWSCURRENT') as { text: string };
    assert.ok(!JSON.stringify(setup).includes(text.slice(0, 20)));
  });

  test('a fault is set, published, and ended', async () => {
    const told: unknown[] = [];
    const end = feed.subscribe((item) => told.push(item));
    await result('fault', { id: 'outage' });
    assert.deepEqual(secretsManager.fault, { kind: 'InternalServiceError' });
    await result('fault', { id: 'none' });
    end();
    assert.equal(secretsManager.fault, undefined);
    assert.deepEqual(told, [
      { kind: 'fault', fault: 'outage' },
      { kind: 'fault', fault: 'none' },
    ]);
    assert.equal((await call('fault', { id: 'toString' })).status, 400);
  });

  const minted = {
    api: 'HTTP',
    algorithm: 'HS256',
    expiresIn: 60,
    boundTo: '',
    user: '',
    issuer: '',
    claims: '',
    isSigned: false,
    method: 'GET',
    body: '',
  };
  interface Given {
    readonly mint?: object;
    /** What is pasted. */
    readonly paste?: (minted: MintResult) => string;
    readonly headers?: string;
  }
  const verdicts: [title: string, reason?: string | undefined, given?: Given][] = [
    ['a valid token'],
    ['a copied header line', undefined, { paste: ({ header }) => header }],
    ['a token that has ended', 'token_expired', { mint: { expiresIn: -1 } }],
    ['a forged token', 'signature_mismatch', { paste: ({ token }) => `${token.slice(0, -4)}AAAA` }],
    ['text that is not a token', 'token_malformed', { paste: () => 'hello' }],
    ['a claim of a wrong type', 'claims_invalid', { mint: { claims: '{"did": 7}' } }],
    ['a bound token', undefined, { mint: { boundTo: 'Bearer a' }, headers: 'Authorization: Bearer a' }],
    ['a bound token without its header', 'binding_header_missing', { mint: { boundTo: 'Bearer a' } }],
    [
      'a bound token of another user',
      'binding_mismatch',
      { mint: { boundTo: 'Bearer a' }, headers: 'Authorization: Bearer b' },
    ],
    [
      'a signed request with a body',
      undefined,
      { mint: { isSigned: true, method: 'POST', body: 'amount=1' }, paste: ({ curl }) => curl },
    ],
    [
      'a signed request with another path',
      'message_signature_mismatch',
      { mint: { isSigned: true }, paste: ({ request }) => curlCommand({ ...request, url: `${url}/other` }) },
    ],
    [
      'a signed request to another host',
      'message_signature_mismatch',
      {
        mint: { isSigned: true },
        paste: ({ request }) => curlCommand({ ...request, url: 'https://api.example.com/hello' }),
      },
    ],
    ['two tokens', 'token_ambiguous', { paste: ({ curl, header }) => `${curl} -H '${header}'` }],
  ];
  for (const [
    title,
    reason,
    { mint = {}, paste = ({ token }: MintResult) => token, headers = '' } = {},
  ] of verdicts) {
    test(`inspects ${title}`, async () => {
      const made = await result<MintResult>('mint', { ...minted, ...mint });
      const { line } = await result<InspectResult>('inspect', { api: 'HTTP', text: paste(made), headers });
      assert.equal(line.reason, reason);
      assert.equal(line.decision, reason === undefined ? 'allow' : 'deny');
    });
  }

  test('inspects a request without a token, and one whose body is in a file', async () => {
    const inspect = (text: string) => result<InspectResult>('inspect', { api: 'HTTP', text, headers: '' });
    const { line, ...parts } = await inspect(`curl ${url}`);
    assert.equal(line.reason, 'token_missing');
    assert.ok(!('unverifiedHeader' in parts) && !('unverifiedClaims' in parts));
    const made = await result<MintResult>('mint', minted);
    const posted = await inspect(`curl ${url} -H '${made.header}' --data @body.json`);
    assert.equal(posted.line.decision, 'allow');
    assert.equal(posted.isBodyUnknown, true);
  });

  const wrong: [title: string, name: string, body: object, message: RegExp][] = [
    ['claims that are not an object', 'mint', { ...minted, claims: '[1]' }, /JSON object/],
    ['an algorithm without a key', 'mint', { ...minted, algorithm: 'PS256' }, /no key/],
    ['an API that is not there', 'mint', { ...minted, api: 'x' }, /no such API/],
    ['a field of another type', 'mint', { ...minted, expiresIn: '60' }, /expiresIn must be a number/],
    ['nothing pasted', 'inspect', { api: 'HTTP', text: ' ', headers: '' }, /Paste/],
    ['a token with white space', 'inspect', { api: 'HTTP', text: 'a b', headers: '' }, /white space/],
    ['an unknown request', 'send', { api: 'HTTP', title: 'x' }, /no such request/],
    [
      'sending elsewhere',
      'sendRequest',
      { method: 'GET', url: 'http://localhost:1/hello.attacker.example', headers: {} },
      /only to the APIs/,
    ],
  ];
  for (const [title, name, body, message] of wrong) {
    test(`refuses ${title}`, async () => {
      const answer = await call(name, body);
      assert.equal(answer.status, 400);
      assert.match(JSON.parse(answer.body).message, message);
    });
  }
});

/** Sends exactly these headers, `Host` among them. */
function ask(
  { host, consolePort }: LocalRun,
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<Answer> {
  const name = host === '127.0.0.1' ? 'localhost' : host;
  return new Promise((resolve, reject) => {
    const sent = send(
      { host, port: consolePort, method, path, headers: { Host: `${name}:${consolePort}`, ...headers } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
        );
      },
    );
    sent.on('error', reject).end(body);
  });
}
