/** Reports the built-in modules of Node.js that loading the authorizer adds to those of an empty process. */
import { loadSubject } from './loadSubject.mjs';
import { report } from './report.mjs';

const before = new Set(process.moduleLoadList);
await loadSubject();
const added = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ') && !before.has(name));
report({ builtins: added.map((name) => name.slice('NativeModule '.length)).sort() });
process.exit();
