/**
 * Code at the end of a CommonJS bundle. esbuild makes the exports getters that cannot be redefined. A tracing layer
 * that wraps `handler` then fails while the function loads, and every request is a 500. The copy has ordinary
 * properties.
 *
 * @see {@link https://esbuild.github.io/content-types/#commonjs}
 */
export const redefinableExports = 'module.exports={...module.exports};';
