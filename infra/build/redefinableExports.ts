/**
 * Ends a CommonJS bundle. esbuild makes its exports getters that cannot be redefined, so that a tracing layer that wraps
 * `handler` fails while the function loads, and every request is a 500. A copy has ordinary properties.
 *
 * @see {@link https://esbuild.github.io/content-types/#commonjs}
 */
export const redefinableExports = 'module.exports={...module.exports};';
