import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { decodeSecret, SecretFormatError } from '../../src/secret/decodeSecret.ts';
import { CommandError } from '../command/runCommand.ts';

/**
 * Reads a base64 secret from a file, or from standard input when there is no file, and checks it as the authorizer does.
 *
 * @param what the secret is, for the messages.
 * @returns the text without outer white space, and its bytes.
 * @throws CommandError when there is none, or it is not a base64 secret of 32 bytes or more; never quotes it.
 */
export async function secretInput(
  file: string | undefined,
  what: string,
): Promise<{ text: string; bytes: Buffer }> {
  const source = file ?? 'standard input';
  if (file === undefined && process.stdin.isTTY) {
    throw new CommandError(`${what}: give a file, or pipe the secret into standard input`);
  }
  const raw = file === undefined ? await text(process.stdin) : await readText(file, what);
  try {
    return { text: raw.trim(), bytes: decodeSecret(raw) };
  } catch (error) {
    if (error instanceof SecretFormatError) {
      throw new CommandError(`${what} from ${source}: ${error.message}`);
    }
    throw error;
  }
}

async function readText(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(`${what}: cannot read ${file}: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/**
 * Refuses secrets given as an option's value.
 *
 * @param names of options that somebody may try.
 * @throws CommandError
 */
export function refuseSecretOptions(args: readonly string[], names: readonly string[]): void {
  const given = names.find((name) => args.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)));
  if (given !== undefined) {
    throw new CommandError(
      `--${given}: a secret on the command line is left in the shell's history and shows in the list of processes; ` +
        `use --${given}-file FILE or standard input`,
    );
  }
}
