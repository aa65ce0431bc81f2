import { readFileSync } from 'node:fs';
import { alarms } from '../../stack/observability/alarms.ts';
import { dashboard } from '../../stack/observability/dashboard.ts';
import { type LogMetric, metrics } from '../../stack/observability/metrics.ts';
import { settingsFile } from './settingsFile.ts';

const folder = 'infra/terraform';
const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');

/** The files of the module that are made, by path. A test holds the files against this. */
export function committedFiles(): Record<string, string> {
  const settings = settingsFile();
  return {
    [`${folder}/settings.tf`]: settings,
    [`${folder}/observability.json.tftpl`]: `${JSON.stringify(observability(), undefined, 2)}\n`,
    [`${folder}/dashboard.json.tftpl`]: `${dashboardBody()}\n`,
    [`${folder}/README.md`]: read('README.md').replace(
      /(?<=<!-- Made by `npm run templates`: inputs -->\n\n)[\s\S]*?(?=\n<!-- end of inputs -->)/,
      () => inputsTable(read('variables.tf') + settings),
    ),
  };
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the variables of Terraform's templates
const functionName = '${function_name}';
const namespace = `Approov/${functionName}`;

/** Metrics by their own fields and alarms by CloudFormation's: observability.tf says which argument takes each. */
function observability() {
  const all = alarms({
    functionName,
    namespace,
    refusalAlarmPercent: '${refusal_percent}',
    alarmActions: [],
  });
  return {
    metrics: Object.fromEntries(
      Object.values(metrics).map((metric: LogMetric) => [kebabCase(metric.name), metric]),
    ),
    alarms: Object.fromEntries(
      Object.entries(all).map(([id, alarm]) => {
        const { AlarmActions, OKActions, TreatMissingData, ...properties } = (
          alarm as { readonly Properties: Record<string, unknown> }
        ).Properties;
        return [kebabCase(id.replace(/Alarm$/, '')), properties];
      }),
    ),
  };
}

function dashboardBody(): string {
  const {
    'Fn::Sub': [text],
  } = dashboard(namespace, '') as { readonly 'Fn::Sub': readonly [string] };
  return text.replaceAll('${AWS::Region}', '${region}').replaceAll('${LogGroup}', '${log_group_name}');
}
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the variables of Terraform's templates

/** `DecisionsByReason` as `decisions-by-reason`. */
function kebabCase(name: string): string {
  return name.replace(/(?<!^)[A-Z]/g, '-$&').toLowerCase();
}

function inputsTable(variables: string): string {
  const blocks = variables.matchAll(
    /^variable "(\w+)" \{\n {2}description = "(.*)"\n {2}type {8}= (.*)\n {2}default {5}= (.*)$/gm,
  );
  const rows = [...blocks].map(
    ([, name, description = '', type, preset]) =>
      `| \`${name}\` | \`${type}\` | \`${preset}\` | ${description.replaceAll('\\"', '"')} |\n`,
  );
  return `| name | type | default | description |\n|---|---|---|---|\n${rows.join('')}`;
}
