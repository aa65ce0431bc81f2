/**
 * The first step of `npm run verify`: installs the tools that the tests of this folder run, unless they are installed.
 */
import { installCheckov, installMinistack, installPythonTools, installRuntimeClient } from './tools.ts';

console.log(`cfn-lint, SAM CLI, moto: ${await installPythonTools()}`);
console.log(`checkov: ${await installCheckov()}`);
console.log(`ministack: ${await installMinistack()}`);
console.log(`Lambda's runtime client: ${await installRuntimeClient()}`);
