import { type Rule, ruleSentence } from '../../../src/config/rules.ts';
import { type Setting, type SettingName, settings } from '../../../src/config/settings.ts';

/** The settings of the two secrets are variables of their own, which also give the function its rights. */
const names = (Object.keys(settings) as SettingName[]).filter(
  (name) => name !== 'secretId' && name !== 'accountKeyId',
);

/**
 * settings.tf: the variable `settings`, with a validation for each setting, and the settings' defaults.
 *
 * Before version 1.9 of Terraform a validation may read its own variable alone. Each of these reads one setting, so that a value which
 * is only known at apply delays its own check and no other.
 */
export function settingsFile(): string {
  const width = Math.max(...names.map((name) => settings[name].variable.length));
  const defaults = names.map((name) => {
    const { variable, defaultValue }: Setting = settings[name];
    // A Deny is what every kind of API understands, so that one function serves them all.
    const value = name === 'denial' ? 'policy' : defaultValue;
    return `    ${variable.padEnd(width)} = ${value === undefined ? 'null' : quoted(String(value))}\n`;
  });
  return `# Made by \`npm run templates\` from infra/terraform/generator/settingsFile.ts. Change it there.

# tflint-ignore: terraform_standard_module_structure
variable "settings" {
  description = "Settings of the authorizer by their variables, as docs/configuration.md has them. null: not given."
  type        = map(string)
  default     = {}
  nullable    = false

${names.map(validation).join('')}}

# What holds where a setting is not given. null: unset.
locals {
  setting_defaults = {
${defaults.join('')}  }
}
`;
}

/** A condition has no value for a setting that is absent or null, and `try` then accepts it. */
function validation(name: SettingName): string {
  const { variable, rule, defaultValue }: Setting = settings[name];
  const value = `var.settings.${variable}`;
  const keepsRule = condition(value, rule);
  const isUnset = `${value} == "none"`;
  // A setting of the user check may be \`none\` while users are not checked.
  const whole = /^user(?!Auth$)/.test(name)
    ? `${isUnset} ? try(var.settings.APPROOV_USER_AUTH, "off") == "off" : ${keepsRule}`
    : keepsRule;
  return `  validation {
    condition     = try(${defaultValue === undefined ? `${isUnset} || ${keepsRule}` : whole}, true)
    error_message = ${quoted(`${variable} must be ${ruleSentence(rule)}.`)}
  }
`;
}

function condition(value: string, rule: Rule): string {
  if ('from' in rule) {
    return `length(regexall("^(0|[1-9][0-9]{0,9})$", ${value})) > 0 ? tonumber(${value}) >= ${rule.from} && tonumber(${value}) <= ${rule.to} : false`;
  }
  if ('listOf' in rule) {
    const items = `split(",", ${value})`;
    const allKeepRule = `alltrue([for item in ${items} : ${condition('trimspace(item)', rule.listOf)}])`;
    if (rule.sameness === 'may-repeat') return allKeepRule;
    const key = rule.sameness === 'any-case' ? 'lower(trimspace(item))' : 'trimspace(item)';
    return `${allKeepRule} && length(distinct([for item in ${items} : ${key}])) == length(${items})`;
  }
  const pattern = 'oneOf' in rule ? rule.oneOf.join('|') : rule.pattern;
  const matches = `length(regexall(${quoted(`^(?:${pattern})$`)}, ${value})) > 0`;
  return 'maxLength' in rule ? `${matches} && length(${value}) <= ${rule.maxLength}` : matches;
}

/** Text in Terraform's language. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, '$&$&');
}
