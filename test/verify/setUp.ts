/**
 * The first step of `npm run verify`: installs the tools that the tests of this folder run, unless they are installed.
 */
import { installProviderBindings, installTflint } from './terraformTools.ts';
import {
  installCheckov,
  installMinistack,
  installOracle,
  installPythonTools,
  installRuntimeClient,
} from './tools.ts';

// Compiles while the others download. Without Go the test that needs it is skipped.
const tflint = installTflint().catch((error: Error) => `not installed: ${error.message}`);
console.log(`cfn-lint, SAM CLI, moto, Terraform: ${await installPythonTools()}`);
console.log(`checkov: ${await installCheckov()}`);
console.log(`joserfc, http-message-signatures: ${await installOracle()}`);
console.log(`ministack: ${await installMinistack()}`);
console.log(`Lambda's runtime client: ${await installRuntimeClient()}`);
console.log(`the AWS provider's schema for Terraform: ${await installProviderBindings()}`);
console.log(`TFLint: ${await tflint}`);
