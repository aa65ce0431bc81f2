import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import * as jose from 'jose';
import { parseDictionary } from 'structured-headers';
import { fitsAlgorithm, newKeysetKey } from '../../../../infra/tools/approov/keysetKey.ts';
import { tokenBinding } from '../../../../infra/tools/approov/mint.ts';
import { tokenOptions } from '../../../../infra/tools/cli/tokenOptions.ts';
import { importKeySet, readPublicKeys } from '../../../../src/keys/keySet.ts';
import { type AsymmetricAlgorithm, asymmetricAlgorithms } from '../../../../src/token/algorithms.ts';
import { verifySignature } from '../../../../src/token/signature.ts';
import { jwtUserCheck } from '../../../../src/user/jwtUserCheck.ts';
import { requestWith, settings as userSettings } from '../../../unit/user/support/users.ts';
import { command } from '../../support/command.ts';

const key = Buffer.alloc(64, 5);
const secret = key.toString('base64');
const token = (args: string[], input = `\n${secret}\n`) => command('infra/tools/cli/token.ts', args, input);

suite('npm run token', { concurrency: true }, () => {
  let folder: string;
  let secretFile: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'token-'));
    secretFile = join(folder, 'secret');
    await writeFile(secretFile, key.toString('base64url'));
  });
  after(() => rm(folder, { recursive: true }));

  const minted: [title: string, args: string[], claims: object, expiresIn: number][] = [
    ['by default', [], { did: 'ExampleApproovTokenDID==', ip: '1.2.3.4' }, 3600],
    ['with a lifetime', ['--exp', '+300'], {}, 300],
    [
      'bound to two headers in order',
      ['--bind', 'Bearer abc', '--bind', 'device'],
      { pay: tokenBinding('Bearer abcdevice') },
      3600,
    ],
    [
      'with claims as JSON and text',
      ['--claim', 'anno=["a"]', '--claim', 'aud=api.example.com', '--claim', 'did=x=y'],
      { anno: ['a'], aud: 'api.example.com', did: 'x=y' },
      3600,
    ],
  ];
  for (const [title, args, claims, expiresIn] of minted) {
    test(`mints a token ${title}, from standard input or a file`, async () => {
      for (const { code, stdout, stderr } of [
        await token(args),
        await token([...args, '--secret-file', secretFile], ''),
      ]) {
        assert.deepEqual({ code, stderr }, { code: 0, stderr: '' });
        const { payload } = await jose.jwtVerify(stdout.trim(), key, { algorithms: ['HS256'] });
        assert.deepEqual({ ...payload, ...claims }, payload);
        const lifetime = (payload.exp as number) - Date.now() / 1000;
        assert.ok(lifetime > expiresIn - 60 && lifetime <= expiresIn, `${lifetime}`);
      }
    });
  }

  const signed = [
    {
      case: 'with a key id, and the JWK Set that verifies it',
      args: ['--alg', 'RS256', '--kid', '7'],
      kid: '7',
    },
    { case: 'without key id, and the PEM key that verifies it', args: ['--alg', 'ES256'], kid: undefined },
    { case: 'with a key of a file', args: ['--alg', 'ES384', '--kid', 'a', '--key-file', 'FILE'], kid: 'a' },
  ];
  for (const { case: title, args, kid } of signed) {
    test(`--alg mints a token ${title}`, async () => {
      const keyFile = join(folder, 'p384.pem');
      const fileKey = newKeysetKey('ES384');
      await writeFile(keyFile, fileKey.export({ type: 'pkcs8', format: 'pem' }));
      const result = await token(
        args.map((arg) => (arg === 'FILE' ? keyFile : arg)),
        '',
      );
      assert.equal(result.code, 0);
      const algorithm = args[1] as AsymmetricAlgorithm;
      const keySet = await importKeySet(readPublicKeys(result.stderr), [algorithm]);
      const header = jose.decodeProtectedHeader(result.stdout);
      assert.deepEqual(header, { alg: algorithm, typ: 'JWT', ...(kid !== undefined && { kid }) });
      const verifier = keySet.keyFor(algorithm, header.kid) as jose.CryptoKey;
      assert.equal(await verifySignature(result.stdout.trim(), verifier, algorithm), true);
      if (!args.includes('FILE')) return;
      assert.deepEqual(
        await crypto.subtle.exportKey('jwk', verifier).then(({ x }) => x),
        fileKey.export({ format: 'jwk' }).x,
      );
    });
  }

  for (const [use, args] of [
    ['access', []],
    ['id', ['--id-token']],
  ] as const) {
    test(`--user mints ${use} tokens that the user check accepts, and prints the JWK Set that verifies them`, async () => {
      const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example';
      const user = [
        '--user',
        'alice',
        '--issuer',
        issuer,
        '--client-id',
        'app',
        '--claim',
        'email=a@b.example',
      ];
      const { code, stdout, stderr } = await token([...user, ...args], '');
      assert.equal(code, 0);
      const keySet = await importKeySet(readPublicKeys(stderr), ['RS256']);
      const check = jwtUserCheck(
        {
          ...userSettings,
          userIssuer: [issuer],
          userAudience: ['app'],
          userTokenUse: use,
          userContextClaims: ['sub', 'email', 'ip'],
        },
        async (_issuer, algorithm, kid) => keySet.keyFor(algorithm, kid),
        Date.now,
      );
      const { principalId, context } = await check(requestWith([['Authorization', stdout.trim()]]), 0);
      assert.equal(principalId, 'alice');
      assert.deepEqual(context, { user_sub: 'alice', user_email: 'a@b.example' });
    });
  }

  test('--kid goes into the header of a token of the secret too', async () => {
    const { stdout, stderr } = await token(['--kid', '0001']);
    assert.deepEqual(jose.decodeProtectedHeader(stdout), { alg: 'HS256', typ: 'JWT', kid: '0001' });
    assert.equal(stderr, '');
  });

  const inspected: [title: string, mint: string[], verdict: RegExp, code: number, bind?: string[]][] = [
    ['good', [], /^verdict allow$/m, 0],
    ['expired', ['--expired'], /^verdict deny: token_expired$/m, 1],
    ['bound', ['--bind', 'Bearer abc'], /^verdict allow$/m, 0, ['--bind', 'Bearer abc']],
    [
      'bound to something else',
      ['--bind', 'Bearer abc'],
      /^verdict deny: binding_mismatch$/m,
      1,
      ['--bind', 'Bearer abd'],
    ],
  ];
  for (const [title, mint, verdict, code, bind = []] of inspected) {
    test(`--inspect shows the parts and the verdict of a ${title} token`, async () => {
      const { stdout: minted } = await token(mint);
      const result = await token(['--inspect', minted.trim(), ...bind]);
      assert.match(result.stdout, verdict);
      assert.match(result.stdout, /"alg": "HS256"[\s\S]*"did": "ExampleApproovTokenDID=="/);
      const tokenId = createHash('sha256').update(minted.trim()).digest('hex').slice(0, 16);
      assert.match(result.stdout, new RegExp(`^tokenId ${tokenId}$`, 'm'), 'as in the log');
      assert.equal(result.code, code);
    });
  }

  test('--inspect decides on a token of a keyset with the keyset of a file', async () => {
    const keysetFile = join(folder, 'keyset');
    const minted = await token(['--alg', 'PS384', '--kid', '7'], '');
    await writeFile(keysetFile, minted.stderr);
    const inspect = (sent: string) => token(['--inspect', sent.trim(), '--keyset-file', keysetFile], '');
    assert.match((await inspect(minted.stdout)).stdout, /"alg": "PS384"[\s\S]*\nverdict allow$/m);
    const other = await token(['--alg', 'PS384', '--kid', '8'], '');
    assert.match((await inspect(other.stdout)).stdout, /^verdict deny: key_unknown$/m);
    const symmetric = await token([]);
    assert.match((await inspect(symmetric.stdout)).stdout, /^verdict deny: algorithm_not_allowed$/m);
  });

  test('--inspect recognises a token of another secret, and text that is not a token', async () => {
    const { stdout: minted } = await token([]);
    const other = Buffer.alloc(32, 6).toString('base64');
    const forged = await token(['--inspect', minted.trim()], other);
    assert.match(forged.stdout, /^verdict deny: signature_mismatch$/m);
    const junk = await token(['--inspect', 'junk']);
    assert.match(junk.stdout, /^claims none\ntokenId [0-9a-f]{16}\nverdict deny: token_malformed$/m);
  });

  test('--sign prints a curl command with both signatures over the body', async () => {
    const { stdout, code } = await token([
      ...['--sign', '--url', 'https://api.example.com/hello?a=1', '--body', "it's"],
      ...['--header', 'Authorization: Bearer abc', '--account-key-file', secretFile],
    ]);
    assert.equal(code, 0);
    assert.match(stdout, /^curl -si 'https:\/\/api\.example\.com\/hello\?a=1' \\\n/);
    assert.match(stdout, /--data-binary 'it'\\''s'\n$/);
    const header = (name: string) => new RegExp(`-H '${name}: (.*)'`).exec(stdout)?.[1] ?? '';
    const inputs = parseDictionary(header('Signature-Input'));
    assert.deepEqual([...inputs.keys()], ['install', 'account']);
    assert.deepEqual(
      (inputs.get('install') as unknown as [[string][]])[0].map(([name]) => name),
      ['@method', '@target-uri', 'approov-token', 'authorization', 'content-digest'],
    );
    const { ipk } = jose.decodeJwt(header('Approov-Token'));
    assert.match(String(ipk), /^MFkwEwYH/);
  });

  const wrong: [title: string, args: string[], stderr: RegExp, input?: string | undefined][] = [
    ['a secret as an option', ['--secret', secret], /^--secret: a secret on the command/],
    ['no secret', [], /^secret from standard input: the value is empty$/m, ''],
    ['a short secret', [], /shorter than 32 bytes$/m, 'AAAA'],
    ['junk around a secret', [], /neither base64 nor base64url/, `secret: ${secret}`],
    ['a missing file', ['--secret-file', '/none/such'], /cannot read .*ENOENT$/m],
    [
      'a private key that is none',
      ['--alg', 'ES256', '--key-file', '/dev/null'],
      /^private key: \/dev\/null has none for ES256 in PEM$/m,
    ],
    [
      'a keyset that is none',
      ['--inspect', 'x', '--keyset-file', '/dev/null'],
      /^keyset from \/dev\/null: the text is neither JSON nor a PEM public key$/m,
    ],
    ['an unknown option', ['--expire'], /Unknown option '--expire'/],
  ];
  for (const [title, args, stderr, input] of wrong) {
    test(`${title}: a message of one line, exit code 2, and never the secret`, async () => {
      const result = await token(args, input);
      assert.equal(result.code, 2);
      assert.equal(result.stdout, '');
      assert.match(result.stderr, stderr);
      assert.doesNotMatch(result.stderr, /\n./);
      assert.ok(!result.stderr.includes(secret));
    });
  }
});

suite('keys of keysets', () => {
  test('a key fits the algorithm that it is made for, and those of its kind', () => {
    for (const algorithm of asymmetricAlgorithms) {
      const key = newKeysetKey(algorithm);
      const kind = algorithm.replace(/^[RP]S\d+$/, 'RSA');
      const fitting = asymmetricAlgorithms.filter((other) => fitsAlgorithm(key, other));
      assert.deepEqual(
        fitting,
        asymmetricAlgorithms.filter((other) => other.replace(/^[RP]S\d+$/, 'RSA') === kind),
      );
    }
  });
});

suite('options of npm run token', () => {
  const wrong: [title: string, args: string[], message: RegExp][] = [
    ['a key', [`--account-key=${secret}`], /^--account-key: a secret on/],
    ['a bad expiry', ['--exp', 'soon'], /^--exp must be \+SECONDS.*'soon'$/],
    ['two expiries', ['--exp', '+1', '--expired'], /^--exp and --expired exclude/],
    ['a claim without value', ['--claim', 'aud'], /^--claim must be NAME=VALUE, not 'aud'$/],
    ['a pay claim', ['--claim', 'pay=x'], /use --bind/],
    ['a URL without --sign', ['--url', 'https://a.example'], /^--url goes with --sign$/],
    ['a header without --sign', ['--header', 'A: b'], /^--header goes with --sign$/],
    ['signing without a URL', ['--sign'], /^--url must be an absolute http or https URL/],
    [
      'a URL with a fragment',
      ['--sign', '--url', 'https://a.example/#x'],
      /^--url must be an absolute http or https URL without user and fragment/,
    ],
    ['an unknown algorithm', ['--alg', 'none'], /^--alg must be one of HS256, RS256, /],
    ['a key file for HS256', ['--key-file', 'f'], /^--key-file goes with an asymmetric/],
    ['a secret for ES256', ['--alg', 'ES256', '--secret-file', 'f'], /^--secret-file goes with --alg HS256$/],
    ['a keyset without --inspect', ['--keyset-file', 'f'], /^--keyset-file goes with --inspect/],
    ['a user of nobody', ['--user', 'alice'], /^--user needs --issuer$/],
    ['a user of no app', ['--user', 'alice', '--issuer', 'https://a.example'], /^--user needs --client-id$/],
    ['an issuer of no user', ['--issuer', 'x'], /^--issuer goes with --user$/],
    ['a bound user', ['--user', 'alice', '--bind', 'x'], /^--user goes with neither/],
    ['a user by HS256', ['--user', 'alice', '--alg', 'HS256'], /^--user goes with an asymmetric --alg$/],
    ['a private key', ['--key=k'], /^--key: a secret on the command line/],
    [
      'a method in lower case',
      ['--sign', '--url', 'https://a.example', '--method', 'get'],
      /^--method must be/,
    ],
    [
      'a header without a name',
      ['--sign', '--url', 'https://a.example', '--header', 'value'],
      /^--header must be "NAME: VALUE", not 'value'$/,
    ],
    ['a lifetime of 0', ['--sign', '--url', 'https://a.example', '--lifetime', '0'], /^--lifetime must be/],
    ['minting while inspecting', ['--inspect', 'x', '--claim', 'a=1'], /^--inspect takes/],
    ['signing while inspecting', ['--inspect', 'x', '--sign'], /^--sign and --inspect/],
  ];
  for (const [title, args, message] of wrong) {
    test(`${title} is refused, and the message names the option`, () => {
      assert.throws(() => tokenOptions(args, 0), { name: 'CommandError', message });
    });
  }
});
