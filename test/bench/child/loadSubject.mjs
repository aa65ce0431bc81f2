/** Loads the authorizer under test the way Lambda's runtime client does: by `import()` of its file. */
export async function loadSubject() {
  const module = await import(process.env.BENCH_SUBJECT);
  return module.handler ?? module.default.handler;
}
