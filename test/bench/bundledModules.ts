/**
 * Counts the modules of other packages in a bundle. The budget of bytes limits this project's own.
 *
 * @param metafile esbuild's, as JSON.
 * @returns the counts by package name, sorted by name.
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
