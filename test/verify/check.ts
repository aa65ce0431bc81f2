/** What came of a check. Its detail says what was seen, what is wrong, or why it could not run. */
export interface Outcome {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly detail: string;
}

/** One line of the summary. */
export interface Check {
  readonly name: string;
  /** Throws when the check fails; the message says what is wrong. Gives what was seen. */
  run(): Promise<string>;
}

/** The check cannot run on this machine: a line in the summary and no failure. */
export class Skipped extends Error {
  override readonly name = 'Skipped';
}

/** Runs a check to its outcome. */
export async function outcomeOf(check: Check): Promise<Outcome> {
  try {
    return { status: 'passed', detail: await check.run() };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { status: error instanceof Skipped ? 'skipped' : 'failed', detail };
  }
}
