import { settings } from '../../../src/config/settings.ts';
import { arcBody, emptyBody } from '../../stack/gatewayResponses.ts';
import type { TemplateValue } from '../../stack/intrinsics.ts';
import { lambda } from '../../stack/lambda.ts';
import { decryptSecrets, readSecrets, secretContents } from '../../stack/secrets.ts';
import { type SettingParameterName, settingParameters } from '../../stack/settingParameters.ts';
import { type Block, expression } from './hcl.ts';
import { isList, snakeCase } from './parameterVariable.ts';

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: Terraform's own references
/** settings.tf: what the module shares with the other stacks. */
export const settingsBlocks: readonly Block[] = [
  {
    comment: 'Environment variables of the settings. null: unset.',
    header: 'locals',
    attributes: [{ settings: multiline(variablesOfSettings()) }],
  },
  {
    comment: 'What the function runs on, what it may do, and the body of the gateway response ACCESS_DENIED.',
    header: 'locals',
    attributes: [
      {
        runtime: expression(lambda.runtime),
        timeout: expression(lambda.timeoutSeconds),
        secret_content: expression(secretContents.token),
        account_key_content: expression(secretContents.accountKey),
        access_denied_body: `var.denial_arc == "on" ? ${expression(arcBody)} : ${expression(emptyBody)}`,
      },
      { read_secrets: multiline(readSecrets(['${local.secret_arns}'])) },
      { decrypt_secrets: multiline(decryptSecrets('${var.kms_key_arn}')) },
    ],
  },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: Terraform's own references

function variablesOfSettings(): Record<string, string> {
  return Object.fromEntries(
    (Object.keys(settingParameters) as SettingParameterName[]).map((key) => {
      const name = `var.${snakeCase(key)}`;
      const list = `length(${name}) == 0 ? null : join(",", ${name})`;
      return [settings[key].variable, `\${${isList(settingParameters[key]) ? list : name}}`];
    }),
  );
}

/** An object with a line for each key, aligned. */
function multiline(value: TemplateValue): string {
  const entries = Object.entries(value as Record<string, TemplateValue>);
  const width = Math.max(...entries.map(([key]) => key.length));
  return `{\n${entries.map(([key, entry]) => `  ${key.padEnd(width)} = ${expression(entry)}`).join('\n')}\n}`;
}
