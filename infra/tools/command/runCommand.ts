/** An error in a command line or its input. The user can fix it, so it is shown without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/**
 * Runs the main function of a command-line tool. Its result is the exit code. A {@link CommandError}, or a wrong option
 * that `parseArgs` finds, is a message on standard error and exit code 2.
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

/** Rows as a table for a terminal, each cell as wide as its column. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}
