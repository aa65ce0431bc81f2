import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { type SignatureAlgorithm, signatureAlgorithms } from '../../../src/token/algorithms.ts';
import { CommandError } from '../command/runCommand.ts';
import { refuseSecretOptions } from './secretInput.ts';

/** The output of `npm run token -- --help`. */
export const help = `Mints an example Approov token, as 'approov token -genExample' does, or inspects a token.

  npm run -s token -- [options] < secret      the base64 secret comes from standard input or a file, never an option
  npm run -s token -- --secret-file secret.txt --exp +300 --bind "Bearer abc"
  npm run -s token -- --secret-file secret.txt --inspect TOKEN
  npm run -s token -- --secret-file secret.txt --sign --url https://api.example.com/hello
  npm run -s token -- --alg RS256 --kid 7      signed with a new key of a keyset, whose public half goes to standard error
  npm run -s token -- --user alice --issuer URL --client-id ID      a user's token instead of Approov's

  --secret-file FILE      file with the base64 or base64url secret
  --exp +SECONDS|TIME     expiry: seconds from now (+3600 by default) or seconds since 1970
  --expired               expired a minute ago
  --bind VALUE            whole value of a header to bind to, such as "Bearer abc"; repeat for further headers, in order
  --claim NAME=VALUE      a claim; VALUE is read as JSON if it is JSON, else as text; repeat for further claims

  --alg ALGORITHM         HS256 if left out; RS256, ES256 and the others that APPROOV_ALGORITHMS takes need no secret
  --kid ID                key id in the token's header
  --key-file FILE         private key in PEM for an asymmetric --alg; without it a new one is made. Its public half is
                          printed on standard error for APPROOV_KEYSET_JWKS: a JWK Set, or PEM without --kid

  --user SUB              a user's token, as Amazon Cognito makes it: signed with RS256 and a new --kid, unless given
  --issuer URL            its issuer, as APPROOV_USER_ISSUER
  --client-id ID          the app, as APPROOV_USER_AUDIENCE
  --id-token              an ID token instead of an access token

  --inspect TOKEN         header, claims, the log's tokenId and the authorizer's verdict, with --bind for token binding;
                          exit code 1 if refused
  --keyset-file FILE      JWK Set or PEM public key that verifies it, instead of the secret

  --sign                  prints a curl command for a request that is signed with a new installation key, as an app does
  --url URL               its URL
  --method METHOD         GET, or POST with a body
  --header "NAME: VALUE"  a further header; repeat for more
  --body TEXT             body, covered by Content-Digest
  --account-key-file FILE base64 account message signing key: signs with it too; add --claim mskid=ID if it has an id
  --lifetime SECONDS      from created to expires, 15 as in Approov's SDK
  --help                  this text
`;

/** The checked options. */
export interface TokenOptions {
  readonly help: boolean;
  readonly secretFile: string | undefined;
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string | undefined;
  readonly keyFile: string | undefined;
  readonly keysetFile: string | undefined;
  readonly claims: Readonly<Record<string, unknown>>;
  /** Set: mints a user's token instead of Approov's. */
  readonly user: UserOptions | undefined;
  readonly bind: readonly string[];
  readonly inspect: string | undefined;
  readonly sign: SignOptions | undefined;
}

/** The options of `--user`. */
export interface UserOptions {
  readonly sub: string;
  readonly issuer: string;
  readonly clientId: string;
  readonly use: 'access' | 'id';
}

/** The options of `--sign`. */
export interface SignOptions {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly accountKeyFile: string | undefined;
  readonly lifetime: number;
}

/**
 * Reads the command line.
 *
 * @param now seconds since 1970 UTC.
 * @throws CommandError that names the wrong option and what it must be.
 */
export function tokenOptions(args: string[], now: number): TokenOptions {
  refuseSecretOptions(args, ['secret', 'account-key', 'key']);
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      'secret-file': { type: 'string' },
      exp: { type: 'string' },
      expired: { type: 'boolean', default: false },
      bind: { type: 'string', multiple: true, default: [] },
      claim: { type: 'string', multiple: true, default: [] },
      alg: { type: 'string' },
      kid: { type: 'string' },
      'key-file': { type: 'string' },
      'keyset-file': { type: 'string' },
      user: { type: 'string' },
      issuer: { type: 'string' },
      'client-id': { type: 'string' },
      'id-token': { type: 'boolean' },
      inspect: { type: 'string' },
      sign: { type: 'boolean', default: false },
      url: { type: 'string' },
      method: { type: 'string' },
      header: { type: 'string', multiple: true, default: [] },
      body: { type: 'string' },
      'account-key-file': { type: 'string' },
      lifetime: { type: 'string' },
    },
  });
  const isGiven = (name: keyof typeof values) => {
    const value = values[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  };
  const anyOf = (...names: (keyof typeof values)[]) => names.find(isGiven);
  const isUser = values.user !== undefined;
  const alg = algorithm(values.alg ?? (isUser ? 'RS256' : 'HS256'));
  const signing = anyOf('url', 'method', 'body', 'account-key-file', 'lifetime', 'header');
  const ofUser = anyOf('issuer', 'client-id', 'id-token');
  const isInspecting = values.inspect !== undefined;
  const problems: readonly (readonly [isWrong: unknown, message: string])[] = [
    [values.exp !== undefined && values.expired, '--exp and --expired exclude each other'],
    [!values.sign && signing, `--${signing} goes with --sign`],
    [values.sign && isInspecting, '--sign and --inspect exclude each other'],
    [
      isInspecting && anyOf('exp', 'expired', 'claim', 'alg', 'kid'),
      '--inspect takes only --bind, --secret-file and --keyset-file',
    ],
    [
      isGiven('keyset-file') && (!isInspecting || isGiven('secret-file')),
      '--keyset-file goes with --inspect, instead of --secret-file',
    ],
    [!isUser && ofUser, `--${ofUser} goes with --user`],
    [isUser && anyOf('sign', 'inspect', 'bind'), '--user goes with neither --sign, --inspect nor --bind'],
    [alg === 'HS256' && isUser, '--user goes with an asymmetric --alg'],
    [alg === 'HS256' && isGiven('key-file'), '--key-file goes with an asymmetric --alg'],
    [alg !== 'HS256' && isGiven('secret-file'), '--secret-file goes with --alg HS256'],
  ];
  const [found] = problems.filter(([isWrong]) => isWrong);
  if (found !== undefined) throw new CommandError(found[1]);
  return {
    help: values.help,
    secretFile: values['secret-file'],
    algorithm: alg,
    kid: values.kid ?? (values.user === undefined ? undefined : randomUUID()),
    keyFile: values['key-file'],
    keysetFile: values['keyset-file'],
    claims: {
      exp: values.expired ? now - 60 : expiry(values.exp ?? '+3600', now),
      ...(values.user === undefined && { ip: '1.2.3.4', did: 'ExampleApproovTokenDID==' }),
      ...Object.fromEntries(values.claim.map(claim)),
    },
    user:
      values.user === undefined
        ? undefined
        : {
            sub: values.user,
            issuer: required(values.issuer, 'issuer'),
            clientId: required(values['client-id'], 'client-id'),
            use: values['id-token'] ? 'id' : 'access',
          },
    bind: values.bind,
    inspect: values.inspect,
    sign: values.sign
      ? {
          url: absoluteUrl(values.url),
          method: method(values.method ?? (values.body === undefined ? 'GET' : 'POST')),
          headers: Object.fromEntries(values.header.map(header)),
          body: values.body,
          accountKeyFile: values['account-key-file'],
          lifetime: lifetime(values.lifetime ?? '15'),
        }
      : undefined,
  };
}

function required(value: string | undefined, name: string): string {
  if (!value) throw new CommandError(`--user needs --${name}`);
  return value;
}

function expiry(text: string, now: number): number {
  if (!/^\+?\d{1,12}(\.\d+)?$/.test(text)) {
    throw new CommandError(`--exp must be +SECONDS from now or seconds since 1970, not '${text}'`);
  }
  return text.startsWith('+') ? now + Number(text.slice(1)) : Number(text);
}

function algorithm(text: string): SignatureAlgorithm {
  const known = signatureAlgorithms.find((name) => name === text);
  if (known === undefined) {
    throw new CommandError(`--alg must be one of ${signatureAlgorithms.join(', ')}, not '${text}'`);
  }
  return known;
}

function claim(text: string): [name: string, value: unknown] {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new CommandError(`--claim must be NAME=VALUE, not '${text}'`);
  }
  if (name === 'pay') {
    throw new CommandError('--claim pay: use --bind, which hashes the value');
  }
  try {
    return [name, JSON.parse(value)];
  } catch {
    return [name, value];
  }
}

function absoluteUrl(text: string | undefined): string {
  const url = URL.canParse(text ?? '') ? new URL(text as string) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.hash !== '' || url.username !== '') {
    throw new CommandError(
      `--url must be an absolute http or https URL without user and fragment, not '${text ?? ''}'`,
    );
  }
  return url.href;
}

function method(text: string): string {
  if (!/^[A-Z]{1,20}$/.test(text)) {
    throw new CommandError(`--method must be a method in capitals such as GET, not '${text}'`);
  }
  return text;
}

function header(text: string): [name: string, value: string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new CommandError(`--header must be "NAME: VALUE", not '${text}'`);
  }
  return [name, value.trim()];
}

function lifetime(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) {
    throw new CommandError(`--lifetime must be a whole number of seconds from 1 to 9999, not '${text}'`);
  }
  return Number(text);
}
