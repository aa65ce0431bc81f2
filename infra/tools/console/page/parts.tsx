import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Explanation, LoggedDecision, Setup } from '../protocol.ts';

/** Text of docs/operations.md, whose only Markdown is code and links. */
function Markdown({ text }: { text: string }) {
  const parts = text.split(/(`[^`]+`|\[[^\]]+\]\([^)]+\))/);
  return (
    <>
      {parts.map((part, index) => {
        const [, code, label, target] = /^(?:`([^`]+)`|\[([^\]]+)\]\(([^)]+)\))$/.exec(part) ?? [];
        if (code !== undefined) return <code key={index}>{code}</code>;
        if (target === undefined) return part;
        return (
          <a
            key={index}
            href={new URL(target, `${location.origin}/docs/operations.md`).href}
            target="_blank"
            rel="noopener"
          >
            {label}
          </a>
        );
      })}
    </>
  );
}

/** What a reason means, and what to do. */
export function Explained({ explanation }: { explanation: Explanation | undefined }) {
  if (explanation === undefined) return null;
  return (
    <dl class="explained">
      <dt>Meaning</dt>
      <dd>
        <Markdown text={explanation.meaning} />
      </dd>
      <dt>What to do</dt>
      <dd>
        <Markdown text={explanation.advice} />
      </dd>
    </dl>
  );
}

/** A decision as a coloured word. */
export function Verdict({ line }: { line: Pick<LoggedDecision, 'decision'> }) {
  return <span class={`verdict ${line.decision}`}>{line.decision}</span>;
}

/** Text to read or copy as it is. It can be scrolled with the keyboard. */
export function Code({ label, children }: { label: string; children: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
    <figure aria-label={label} tabIndex={0}>
      <pre>{children}</pre>
    </figure>
  );
}

/** A value as indented JSON, under its label. */
export function Json({ label, value }: { label: string; value: unknown }) {
  return (
    <>
      <h3>{label}</h3>
      <Code label={label}>{JSON.stringify(value, undefined, 2)}</Code>
    </>
  );
}

interface FieldOptions {
  label: string;
  hint?: string | undefined;
  children: ComponentChildren;
}

/** A form's field with its label. */
export function Field({ label, hint, children }: FieldOptions) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="field">
      <span>
        {label} {hint && <small>{hint}</small>}
      </span>
      {children}
    </label>
  );
}

/** Names of the APIs of this run. */
export const apiNames = ({ apis }: Setup) => apis.map(({ name }) => name);

interface ChoiceOptions extends Omit<FieldOptions, 'children'> {
  values: readonly string[];
  value: string;
  onChoose: (value: string) => void;
}

/** A field with a list to choose from. */
export function Choice({ label, hint, values, value, onChoose }: ChoiceOptions) {
  return (
    <Field label={label} hint={hint}>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {values.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </Field>
  );
}

/** Names and values. A name without a value is left out. */
export function Pairs({ pairs }: { pairs: readonly (readonly [name: string, value: string | undefined])[] }) {
  return (
    <dl class="pairs">
      {pairs.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Copies text, and says so. */
export function CopyButton({ label, text }: { label: string; text: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await copyText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 2000);
  };
  return (
    <button type="button" onClick={copy}>
      {isCopied ? 'Copied' : label}
    </button>
  );
}

/** Over plain HTTP from another machine there is no `navigator.clipboard`. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand('copy');
  area.remove();
}

/** An error's message, read out at once. */
export function Problem({ text }: { text: string | undefined }) {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}

/** Whether the window is as narrow as a phone. */
export function useNarrow(): boolean {
  const [query] = useState(() => matchMedia('(max-width: 860px)'));
  const [isNarrow, setNarrow] = useState(query.matches);
  useEffect(() => {
    const change = () => setNarrow(query.matches);
    query.addEventListener('change', change);
    return () => query.removeEventListener('change', change);
  }, []);
  return isNarrow;
}

/** The time, each second: seconds since 1970 UTC. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now() / 1000);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now() / 1000), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** Runs an action, one at a time, and keeps the message of its error. */
export function useAction() {
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const running = useRef(false);
  const run = async (action: () => Promise<void>) => {
    if (running.current) return;
    running.current = true;
    setBusy(true);
    setProblem(undefined);
    try {
      await action();
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  return { problem, isBusy, run };
}

/** How long until then, in words; or since then. */
export function span(seconds: number): string {
  const absolute = Math.abs(Math.round(seconds));
  const text =
    absolute < 120
      ? `${absolute} s`
      : absolute < 7200
        ? `${Math.floor(absolute / 60)} min ${absolute % 60} s`
        : `${Math.round(absolute / 3600)} h`;
  return seconds < 0 ? `${text} ago` : `in ${text}`;
}
