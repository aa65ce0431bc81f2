/**
 * The secret that Approov publishes in its quickstarts for examples and tests: it protects nothing, so the tokens that
 * it signs can be in the repository.
 */
export const exampleSecret =
  'h+CX0tOzdAAR9l15bWAqvq7w9olk66daIH+Xk+IAHhVVHszjDzeGobzNnqyRze3lw/WVyWrc2gZfh3XXfBOmww==';

/** Name under which the local stand-in keeps it, and by which env.json tells the functions to ask. */
export const exampleSecretId = 'approov-example';

/** Port of the stand-in on this machine. */
export const standInPort = 8301;
