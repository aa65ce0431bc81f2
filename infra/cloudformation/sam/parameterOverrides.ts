/**
 * The option that makes `sam local invoke` run the functions for this machine's processor. The template's default is
 * `arm64`, which fails on others.
 *
 * @param parameters of the template besides, such as `Websocket=on`.
 * @param processor by Node's name.
 */
export function parameterOverrides(
  parameters: readonly string[] = [],
  processor: string = process.arch,
): readonly string[] {
  const architecture = processor === 'arm64' ? 'arm64' : 'x86_64';
  return ['--parameter-overrides', `Architecture=${architecture}`, ...parameters];
}
