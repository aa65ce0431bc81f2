/** The first step of `npm run verify`: installs what the tests of this folder run, unless it is there already. */
import { installPythonTools, installRuntimeClient } from './tools.ts';

console.log(`cfn-lint, SAM CLI, moto: ${await installPythonTools()}`);
console.log(`Lambda's runtime client: ${await installRuntimeClient()}`);
