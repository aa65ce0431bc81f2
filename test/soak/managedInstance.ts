/**
 * The built authorizer on a Lambda Managed Instance, as far as that can be had here: AWS's own runtime client with its worker
 * threads, which take up to 64 requests at once from a stand-in for the Runtime API.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-nodejs-runtime.html
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { startKeysetServer } from '../../infra/tools/approov/keysetServer.ts';
import { mintToken, tokenBinding } from '../../infra/tools/approov/mint.ts';
import { loopbackCertificate } from '../../infra/tools/local/loopbackCertificate.ts';
import { mintUserToken, newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import { eventOf } from '../cases/eventOf.ts';
import { lambdaEnvironment } from '../integration/artifact.ts';
import { secrets, startSecrets } from '../integration/rig.ts';
import { root, runtimeClient } from '../verify/tools.ts';

/** What went wrong, and what it cost. */
export interface ManagedInstanceFigures {
  readonly requests: number;
  readonly seconds: number;
  /** Answers that are not those of their request: of another verdict, app or user. */
  readonly wrongAnswers: number;
  /** Requests without exactly one whole line of the log that names their reason and their token. */
  readonly wrongLines: number;
  readonly mostAtOnce: number;
  /** First requests of an environment: one for each worker that decided anything. */
  readonly workers: number;
  readonly secretCalls: number;
}

const users = 50;
const apps = 200;
const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example', 'ES256');

/** A request and what must become of it: the reason of a refusal, or the two whom the answer must name. */
interface Case {
  readonly token: string;
  readonly login: string;
  readonly reason?: string;
  readonly app: string;
  readonly user: string;
}

/** Every app with several users, each good or with one thing wrong. */
function makeCases(): Case[] {
  const soon = Math.floor(Date.now() / 1000) + 3600;
  const login = (sub: string, exp = soon) => `Bearer ${mintUserToken(pool, { sub, exp })}`;
  const logins = Array.from({ length: users }, (_, index) => login(`user-${index}`));
  return Array.from({ length: apps }, (_, index) => {
    const [app, user] = [`app-${index}`, `user-${index % users}`];
    const own = logins[index % users] as string;
    const tokenFor = (bound: string, exp = soon) =>
      mintToken({ claims: { exp, did: app, pay: tokenBinding(bound) }, key: secrets[0] as Buffer });
    const late = login(user, soon - 7200);
    return [
      { token: tokenFor(own), login: own, app, user },
      { token: tokenFor(own, soon - 7200), login: own, app, user, reason: 'token_expired' },
      { token: tokenFor(own), login: `${own}x`, app, user, reason: 'binding_mismatch' },
      { token: tokenFor(late), login: late, app, user, reason: 'user_token_expired' },
    ];
  }).flat();
}

/** @param workers threads of the runtime client, which by default are eight for each vCPU */
export async function soakManagedInstance(
  requests: number,
  workers: number,
): Promise<ManagedInstanceFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'authorizer-managed-'));
  const tls = loopbackCertificate();
  const certificateFile = join(folder, 'cert.pem');
  writeFileSync(certificateFile, tls.cert);
  const keys = await startKeysetServer([poolJwk(pool)], { host: '127.0.0.1', tls });
  const secretsManager = await startSecrets();
  // As many requests as may be under way wait for the first fetch.
  secretsManager.fault = { kind: 'slow', ms: 1000 };
  const cases = makeCases();
  const caseOf = (index: number) => cases[(index * 7) % cases.length] as Case;
  const [waiting, answered, lines] = [[] as ServerResponse[], new Map<number, string>(), [] as string[]];
  let sent = 0;
  let mostAtOnce = 0;
  const server = createServer(async (request, response) => {
    const posted = /\/invocation\/(\d+)\/(?:response|error)$/.exec(request.url ?? '');
    if (posted) {
      answered.set(Number(posted[1]), await text(request));
      response.writeHead(202).end();
    } else waiting.push(response);
    give();
  });
  const isDone = new Promise<void>((resolve) => server.on('done', resolve));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const begun = performance.now();
  const child = spawn(process.execPath, [runtimeClient, 'index.handler'], {
    env: {
      ...lambdaEnvironment(secretsManager.endpoint, {
        NODE_EXTRA_CA_CERTS: certificateFile,
        AWS_LAMBDA_FUNCTION_NAME: 'authorizer',
        AWS_LAMBDA_FUNCTION_VERSION: '1',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '2048',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/authorizer',
        AWS_LAMBDA_LOG_STREAM_NAME: 'soak',
        LAMBDA_TASK_ROOT: `${root}dist/authorizer`,
        _HANDLER: 'index.handler',
        AWS_LAMBDA_RUNTIME_API: address,
        AWS_LAMBDA_MAX_CONCURRENCY: '64',
        AWS_LAMBDA_NODEJS_WORKER_COUNT: `${workers}`,
        // Each worker waits for its next event on a thread of Node's pool, which verifies signatures too.
        UV_THREADPOOL_SIZE: `${workers + 4}`,
        AWS_LAMBDA_LOG_FORMAT: 'JSON',
        APPROOV_DENIAL: 'policy',
        APPROOV_BINDING_HEADERS: 'Authorization',
        APPROOV_USER_AUTH: 'jwt',
        APPROOV_USER_ISSUER: pool.issuer,
        APPROOV_USER_AUDIENCE: pool.clientId,
        APPROOV_USER_ALGORITHMS: pool.algorithm,
        APPROOV_USER_JWKS_URI: keys.uri,
      }),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close').then(() =>
    Promise.reject(new Error(`the runtime client ended: ${lines.slice(-3).join('\n')}`)),
  );
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  try {
    await Promise.race([isDone, ended]);
    const seconds = (performance.now() - begun) / 1000;
    // The last lines of a worker reach standard output by way of the main thread.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const indices = Array.from({ length: requests }, (_, index) => index);
    const decisions = indices.map((): Record<string, unknown>[] => []);
    let [coldStarts, strays] = [0, 0];
    for (const line of lines) {
      const { decision, requestId, ...logged } = parsed(line) ?? {};
      if (!decision) strays += Number(!logged.message);
      else decisions[Number(requestId)]?.push({ ...logged, decision });
      coldStarts += Number(logged.coldStart === true);
    }
    const wrongLines = indices.filter((index) => !isLineOf(caseOf(index), decisions[index] ?? [])).length;
    return {
      requests,
      seconds: Math.round(seconds),
      wrongAnswers: indices.filter((index) => !isAnswerTo(caseOf(index), answered.get(index))).length,
      wrongLines: wrongLines + strays,
      mostAtOnce,
      workers: coldStarts,
      secretCalls: secretsManager.calls.length,
    };
  } finally {
    ended.catch(() => undefined);
    child.kill('SIGKILL');
    server.close();
    server.closeAllConnections();
    await Promise.all([keys.close(), secretsManager.close()]);
    rmSync(folder, { recursive: true });
  }

  /** Gives as many events as may be under way at once. */
  function give(): void {
    if (answered.size === requests) server.emit('done');
    while (waiting.length > 0 && sent < requests && sent - answered.size < 64) {
      const { token, login } = caseOf(sent);
      const headers = [
        ['Approov-Token', token],
        ['Authorization', login],
      ] as const;
      const event = eventOf[sent % 2 === 0 ? 'rest' : 'http'](headers);
      const requestContext = { ...event.requestContext, requestId: `${sent}` };
      waiting
        .shift()
        ?.writeHead(200, {
          'Content-Type': 'application/json',
          'Lambda-Runtime-Aws-Request-Id': `${sent}`,
          'Lambda-Runtime-Deadline-Ms': `${Date.now() + 10_000}`,
          'Lambda-Runtime-Invoked-Function-Arn': 'arn:aws:lambda:eu-west-1:123456789012:function:authorizer',
        })
        .end(JSON.stringify({ ...event, requestContext }));
      sent += 1;
      mostAtOnce = Math.max(mostAtOnce, sent - answered.size);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: answers and lines of any form
function parsed(json: string | undefined): any {
  try {
    return JSON.parse(json ?? '');
  } catch {
    return undefined;
  }
}

function isAnswerTo({ reason, app, user }: Case, body: string | undefined): boolean {
  const { principalId, policyDocument, context } = parsed(body) ?? {};
  const effect = policyDocument?.Statement[0].Effect;
  if (reason !== undefined) return effect === 'Deny' && context.reason === reason;
  return effect === 'Allow' && principalId === user && context.user_sub === user && context.did === app;
}

function isLineOf({ reason, token }: Case, [line, ...others]: readonly Record<string, unknown>[]): boolean {
  const tokenId = createHash('sha256').update(token).digest('hex').slice(0, 16);
  return others.length === 0 && line?.reason === reason && line?.tokenId === tokenId;
}
