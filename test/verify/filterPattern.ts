/** A log line. */
export type LogEvent = Readonly<Record<string, unknown>>;

type Test = (event: LogEvent) => boolean;

/**
 * Compiles a CloudWatch Logs filter pattern for JSON, as `aws logs test-metric-filter` understands it. It supports
 * comparisons of a selector with a string (`*` at its end matches anything) or a number, `IS TRUE`, `IS FALSE`,
 * parentheses, `&&` and `||`. Any other syntax is an error, not a guess.
 *
 * @throws SyntaxError for a pattern that CloudWatch would refuse, or that is not supported.
 * @see {@link https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html}
 */
export function compileFilterPattern(pattern: string): Test {
  const body = /^\{(.*)\}$/s.exec(pattern.trim())?.[1];
  if (body === undefined) {
    throw new SyntaxError(`not a JSON pattern, which is in braces: ${pattern}`);
  }
  const tokens = body.match(tokenPattern) ?? [];
  if (tokens.join('') !== body.replace(/\s+(?=(?:[^"]*"[^"]*")*[^"]*$)/g, '')) {
    throw new SyntaxError(`a character that the pattern syntax does not have: ${pattern}`);
  }
  const parser = new PatternParser(tokens, pattern);
  return parser.parse();
}

/** The value that a selector such as `$.record.status` finds in a line, or undefined. */
export function selectField(event: LogEvent, selector: string): unknown {
  const path = selector.replace(/^\$\./, '').split('.');
  return path.reduce<unknown>(
    (value, name) => (typeof value === 'object' && value !== null ? (value as LogEvent)[name] : undefined),
    event,
  );
}

const tokenPattern = /"[^"]*"|\$[A-Za-z0-9_.]+|&&|\|\||>=|<=|!=|[=<>()]|IS|TRUE|FALSE|-?[0-9.]+/g;

const numeric: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '=': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
};

/**
 * Reads tokens from left to right. `&&` and `||` in one expression need parentheses, so that no reader has to know
 * which one binds more tightly.
 */
class PatternParser {
  readonly #tokens: string[];
  readonly #pattern: string;

  constructor(tokens: readonly string[], pattern: string) {
    this.#tokens = [...tokens];
    this.#pattern = pattern;
  }

  parse(): Test {
    const test = this.#expression();
    return this.#tokens.length === 0 ? test : this.#fail(`'${this.#tokens[0]}' is one too many`);
  }

  #expression(): Test {
    const tests = [this.#term()];
    const operator = this.#tokens[0];
    while (this.#tokens[0] === '&&' || this.#tokens[0] === '||') {
      if (this.#tokens.shift() !== operator) {
        this.#fail('&& beside || needs parentheses');
      }
      tests.push(this.#term());
    }
    return operator === '||'
      ? (event) => tests.some((test) => test(event))
      : (event) => tests.every((test) => test(event));
  }

  #term(): Test {
    if (this.#tokens[0] === '(') {
      this.#tokens.shift();
      const inner = this.#expression();
      return this.#tokens.shift() === ')' ? inner : this.#fail("')' is missing");
    }
    return this.#comparison();
  }

  #comparison(): Test {
    const [selector = '', operator = '', operand = ''] = this.#tokens.splice(0, 3);
    if (!/^\$(\.[A-Za-z0-9_]+)+$/.test(selector)) {
      return this.#fail(`'${selector}' is no selector`);
    }
    if (operator === 'IS' && (operand === 'TRUE' || operand === 'FALSE')) {
      return (event) => selectField(event, selector) === (operand === 'TRUE');
    }
    const compare = numeric[operator];
    if (compare !== undefined && operand !== '' && Number.isFinite(Number(operand))) {
      return (event) => {
        const value = selectField(event, selector);
        return typeof value === 'number' && compare(value, Number(operand));
      };
    }
    if ((operator === '=' || operator === '!=') && /^".*"$/.test(operand)) {
      const matches = textMatcher(operand.slice(1, -1));
      return (event) => {
        const value = selectField(event, selector);
        return typeof value === 'string' && matches(value) === (operator === '=');
      };
    }
    return this.#fail(`'${selector} ${operator} ${operand}' is no comparison`);
  }

  #fail(problem: string): never {
    throw new SyntaxError(`${problem}: ${this.#pattern}`);
  }
}

function textMatcher(text: string): (value: string) => boolean {
  return text.endsWith('*') ? (value) => value.startsWith(text.slice(0, -1)) : (value) => value === text;
}
