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

// All at once: most of them wait for the network.
const installations = {
  'cfn-lint, SAM CLI, moto, Terraform': installPythonTools(),
  checkov: installCheckov(),
  'joserfc, http-message-signatures': installOracle(),
  ministack: installMinistack(),
  "Lambda's runtime client": installRuntimeClient(),
  "the AWS provider's schema for Terraform": installProviderBindings(),
  // Without Go the test that needs it is skipped.
  TFLint: installTflint().catch((error: Error) => `not installed: ${error.message}`),
};
for (const [name, installed] of Object.entries(installations)) console.log(`${name}: ${await installed}`);
