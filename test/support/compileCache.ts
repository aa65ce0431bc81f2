/**
 * Loaded by `npm test` before all else. The tests run hundreds of processes that load the same modules, so each module is
 * compiled once: Node.js keeps the result on disk, by the hash of the source.
 *
 * @see {@link https://nodejs.org/docs/latest-v24.x/api/module.html#module-compile-cache}
 */
import { fileURLToPath } from 'node:url';

process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../../.cache/compiled', import.meta.url));
