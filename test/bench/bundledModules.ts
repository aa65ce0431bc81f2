/**
 * Counts the modules of other packages that a bundle holds. This project's own are held by the budget of bytes alone.
 *
 * @param metafile - esbuild's, as JSON
 * @returns by package name, in the order of the names
 */
export function bundledModules(metafile: string): Record<string, number> {
  const { outputs }: { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> } =
    JSON.parse(metafile);
  const counts = new Map<string, number>();
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];
      const isShakenOff = bytesInOutput === 0;
      if (name === undefined || isShakenOff) continue;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
