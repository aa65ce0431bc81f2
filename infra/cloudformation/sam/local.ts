/** What the SAM CLI and the stand-in for Secrets Manager need on this machine. env.json has the same names for the function. */

/**
 * The secret that Approov publishes in its quickstarts for examples and tests: it protects nothing, so the tokens that
 * it signs can be in the repository.
 */
export const exampleSecret =
  'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==';

/** Name under which the stand-in keeps it. */
export const exampleSecretId = 'approov-example';

/** Port of the stand-in on this machine. */
export const standInPort = 8301;

/**
 * The option that makes `sam local` run the functions for this machine's processor. The template's default is `arm64`,
 * which fails on others.
 *
 * @param parameters other parameters of the template, such as `Websocket=on`
 * @param processor by Node's name
 */
export function parameterOverrides(
  parameters: readonly string[] = [],
  processor: string = process.arch,
): readonly string[] {
  const architecture = processor === 'arm64' ? 'arm64' : 'x86_64';
  return ['--parameter-overrides', `Architecture=${architecture}`, ...parameters];
}
