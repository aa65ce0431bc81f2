import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { FormatError } from '../../../src/errors.ts';
import { decodeSecret } from '../../../src/keys/decodeSecret.ts';
import { importKeySet, readPublicKeys } from '../../../src/keys/keySet.ts';
import { asymmetricAlgorithms } from '../../../src/token/algorithms.ts';
import { CommandError } from '../command/runCommand.ts';

/** A base64 secret. */
export interface SecretInput {
  /** The base64 text, without white space around it. */
  readonly text: string;
  readonly bytes: Buffer;
}

/**
 * Reads a base64 secret from a file, or from standard input when no file is given, and checks it as the authorizer
 * does. Approov's command line may print a banner around the secret, so other lines are ignored.
 *
 * @param what the secret is, for the messages.
 * @throws CommandError when not exactly one line is a secret of 32 bytes or more, or when it may be broken into lines.
 * The message never quotes the input.
 */
export async function secretInput(file: string | undefined, what: string): Promise<SecretInput> {
  const source = file ?? 'standard input';
  if (file === undefined && process.stdin.isTTY) {
    throw new CommandError(`${what}: give a file, or pipe the secret into standard input`);
  }
  const raw = file === undefined ? await text(process.stdin) : await readText(file, what);
  try {
    const line = secretLine(raw);
    return { text: line, bytes: decodeSecret(line) };
  } catch (error) {
    if (error instanceof FormatError) {
      throw new CommandError(`${what} from ${source}: ${error.message}`);
    }
    throw error;
  }
}

/**
 * Reads a JWK Set or a PEM public key from a file and checks it as the authorizer does.
 *
 * @throws CommandError
 */
export async function keysetInput(file: string): Promise<string> {
  const text = await readText(file, 'keyset');
  try {
    await importKeySet(readPublicKeys(text), asymmetricAlgorithms);
  } catch (error) {
    if (error instanceof FormatError) throw new CommandError(`keyset from ${file}: ${error.message}`);
    throw error;
  }
  return text;
}

/**
 * Reads a file.
 *
 * @param what the file holds, for the message.
 * @throws CommandError
 */
export async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${what}: cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/**
 * Finds the one line that is a secret. When no line is, it returns the only line, or the only one in base64, so that
 * {@link decodeSecret} says what is wrong with it.
 */
function secretLine(raw: string): string {
  const lines = raw.split('\n').map((line) => line.trim());
  const [single, ...others] = lines.filter((line) => line !== '');
  if (others.length === 0) {
    return single ?? '';
  }
  const [found, another] = lines.filter(isSecret);
  if (found === undefined) {
    const [only, ...more] = lines.filter(isBase64);
    if (only !== undefined && more.length === 0) {
      return only;
    }
    throw new FormatError('none of the lines is a base64 secret: give it on a line of its own');
  }
  if (another !== undefined) {
    throw new FormatError('more than one line is a base64 secret: give one');
  }
  const index = lines.indexOf(found);
  if (isContinued(lines[index - 1], found) || isContinued(found, lines[index + 1])) {
    throw new FormatError('the secret may be broken into lines: give it on one line');
  }
  return found;
}

/**
 * Whether a line may continue the one above. Base64 tools break long lines, and a part of a secret may decode by
 * itself.
 */
function isContinued(line = '', next = ''): boolean {
  return isBase64(line) && isBase64(next) && !line.endsWith('=') && next.length <= line.length;
}

/** Whether a line is base64 or base64url. A rule of dashes is not. */
function isBase64(line: string): boolean {
  return /^(?=.*[A-Za-z0-9])[A-Za-z0-9+/_-]+={0,2}$/.test(line);
}

function isSecret(line: string): boolean {
  try {
    return isBase64(line) && decodeSecret(line).length > 0;
  } catch {
    return false;
  }
}

/**
 * Refuses secrets given as an option's value.
 *
 * @param names of options that a user may try.
 * @throws CommandError that names the option and the alternatives.
 */
export function refuseSecretOptions(args: readonly string[], names: readonly string[]): void {
  const given = names.find((name) => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)));
  if (given !== undefined) {
    throw new CommandError(
      `--${given}: a secret on the command line stays in the shell's history and shows in the list of processes; ` +
        `use --${given}-file FILE or standard input`,
    );
  }
}
