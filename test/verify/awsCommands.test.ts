import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, suite, test } from 'node:test';
import { commandsOf, documents, read } from '../docs/markdown.ts';
import { listening } from '../support/ports.ts';
import { runTool } from './runTool.ts';
import { offline, pythonTool, root } from './tools.ts';

/** Refuses every call, in the form of each protocol. */
const service = createServer((request, response) => {
  const isQuery = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const body = isQuery
    ? '<ErrorResponse><Error><Code>Reached</Code><Message>m</Message></Error></ErrorResponse>'
    : '{"__type":"Reached","message":"m"}';
  request.resume().on('end', () => {
    response.writeHead(400, { 'x-amzn-errortype': 'Reached' }).end(body);
  });
});

/** Gives a command to the AWS CLI, and takes what it says: a call goes out only when all of its parameters are right. */
async function attempt(command: string, endpoint: string): Promise<string> {
  const script = command
    .replace(/^aws/, pythonTool('aws'))
    .replaceAll(/\b(?:[A-Z]+-)+ARN\b/g, 'arn:aws:service:eu-west-1:123456789012:thing');
  return runTool('bash', ['-euc', script], {
    cwd: root,
    env: { ...offline, AWS_ENDPOINT_URL: endpoint },
  }).then(
    () => 'no call was made',
    (error: Error) => error.message,
  );
}

suite('the AWS commands of the documents are commands of the AWS CLI', () => {
  let endpoint: string;
  before(async () => {
    endpoint = `http://127.0.0.1:${await listening(service)}`;
  });
  after(() => service.close());

  // attachCli.test.ts runs those of docs/attach/cli.md.
  for (const page of documents.filter((name) => name !== 'docs/attach/cli.md')) {
    const commands = commandsOf(read(page)).filter((line) => /^aws (?!s3 |cloudformation deploy)/.test(line));
    for (const command of new Set(commands)) {
      test(`${page}: ${command.slice(0, 80)}`, async () => {
        assert.match(await attempt(command, endpoint), /\(Reached\)/);
      });
    }
  }

  for (const [name, command] of [
    ['operation', 'aws lambda make-alias --function-name f'],
    ['option', 'aws lambda create-alias --function-name f --alias-name live --function-version 1'],
    ['member', 'aws apigateway update-account --patch-operations op=add,valu=a'],
  ] as const) {
    test(`another ${name} is none`, async () => {
      assert.doesNotMatch(await attempt(command, endpoint), /\(Reached\)|no call/);
    });
  }
});
