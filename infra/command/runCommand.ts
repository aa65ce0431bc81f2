/** What is wrong with a command line or its input: the user's to mend, so shown without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs a command line tool's main function: its result is the exit code, a {@link CommandError} is a line on standard
 * error and exit code 2, and so is a wrong option that `parseArgs` finds.
 */
export async function runCommand(main: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof CommandError) && !isParseArgsError(error)) {
      throw error;
    }
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 2;
  }
}

function isParseArgsError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
}
