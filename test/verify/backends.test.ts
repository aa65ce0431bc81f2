import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { mintUserToken, newUserPool, poolJwk } from '../../infra/tools/standIns/identityProvider/userPool.ts';
import { readApproovContext, readUserClaims } from '../../src/backend.ts';
import { api } from '../gateway/model/api.ts';
import { forged, sent, start, token, World } from '../gateway/world.ts';
import { runTool } from './runTool.ts';

interface Case {
  readonly name: string;
  readonly event: unknown;
  readonly now: number;
}

const page = readFileSync(new URL('../../docs/backends.md', import.meta.url), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'backends-'));
after(() => rmSync(directory, { recursive: true }));

/** The code of the page in one language. */
function snippet(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  assert.ok(code, language);
  return code;
}

function write(name: string, text: string): string {
  const file = join(directory, name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** What a reader makes of an event: the context, the user in it, or null for each that is refused. */
function expected({ event, now }: Case) {
  const orNull = <Read>(read: () => Read) => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  const context = orNull(() => readApproovContext(event, { now }));
  return {
    context,
    user: context && orNull(() => (({ sub, exp }) => ({ sub, exp }))(readUserClaims(event, { now }))),
  };
}

/** The part of a language's answer that {@link expected} has. */
function comparable(answer: {
  context: Record<string, unknown> | null;
  user: Record<string, unknown> | null;
}) {
  const { context, user } = answer;
  // TypeScript's reader leaves the user out of a context that would be denied.
  const others = context?.verdict
    ? /^(principalId|integrationLatency|user_.*)$/
    : /^(principalId|integrationLatency)$/;
  const own = context && Object.entries(context).filter(([name]) => !others.test(name));
  return {
    context: own && Object.fromEntries(own),
    user: user && { sub: user.user_sub, exp: user.user_exp },
  };
}

const pool = newUserPool('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example');
const claims = { exp: start + 300.25, did: 'device', anno: ['a', 'b"c', '50%+1'], plan: { tier: '{"é\\' } };
const variables = { APPROOV_CONTEXT_CLAIMS: 'exp,did,anno,plan,sub' };
const users = {
  ...variables,
  APPROOV_USER_AUTH: 'jwt',
  APPROOV_USER_ISSUER: pool.issuer,
  APPROOV_USER_AUDIENCE: pool.clientId,
};

/** Events that the authorizer and the model of API Gateway make, and damaged ones. */
async function cases(): Promise<Case[]> {
  const all: Case[] = [];
  for (const kind of ['rest', 'http1', 'http2', 'websocket'] as const) {
    const eventOf = async (given: Record<string, string>, headers: [string, string][]) => {
      const [source] = api(kind).identitySources as [string];
      const identitySources = [source, source.replace('Approov-Token', 'Authorization')];
      const options = { kind, variables: given, userKeys: [poolJwk(pool)] };
      const world = new World(
        'APPROOV_USER_AUTH' in given ? { ...options, api: { identitySources } } : options,
      );
      return (await world.send(headers)).event as { requestContext: { authorizer: Record<string, unknown> } };
    };
    const login = (exp: number): [string, string] => [
      'Authorization',
      `Bearer ${mintUserToken(pool, { sub: 'alice', exp })}`,
    ];
    const allowed = await eventOf(variables, [sent(token(claims)) as [string, string]]);
    const reportOnly = { ...variables, APPROOV_MODE: 'report-only' };
    const events: Record<string, [unknown, now?: number]> = {
      'an allowed request': [allowed],
      'just before the end': [allowed, start + 300.2],
      'at the end': [allowed, start + 300.25],
      'a text that looks like JSON': [
        await eventOf(variables, [sent(token({ ...claims, sub: '["not a list' })) as [string, string]]),
      ],
      'report-only, allowed': [await eventOf(reportOnly, [sent(token(claims)) as [string, string]])],
      'would be denied': [await eventOf(reportOnly, [sent(forged) as [string, string]])],
      'a user': [await eventOf(users, [sent(token(claims)) as [string, string], login(start + 200.5)])],
      'a user whose token has expired': [
        await eventOf(users, [sent(token(claims)) as [string, string], login(start + 200.5)]),
        start + 250,
      ],
      'would be denied, with a user': [
        await eventOf({ ...users, APPROOV_MODE: 'report-only' }, [
          sent(forged) as [string, string],
          login(start + 200),
        ]),
      ],
      'no authorizer': [{ ...allowed, requestContext: { ...allowed.requestContext, authorizer: null } }],
      ...Object.fromEntries(
        Object.entries({
          'no exp': { exp: undefined },
          'exp not a number': { exp: 'NaN' },
          'exp without an end': { exp: '1e999' },
          'exp in milliseconds': { exp: (start + 300) * 1000 },
          'another mode': { mode: 'off' },
          'plain JSON of 0.1': { anno: '["a","100%"]' },
          'JSON that cannot be read': { anno: '[%22' },
        }).map(([name, change]) => [name, [changed(allowed, change)]]),
      ),
      'behind a wrapped authorizer': [prefixed(allowed)],
    };
    for (const [name, [event, now = start]] of Object.entries(events))
      all.push({ name: `${kind}: ${name}`, event, now });
  }
  return all;
}

type WithAuthorizer = { requestContext: { authorizer: Record<string, unknown> } };

function mapContext(
  event: WithAuthorizer,
  change: (context: Record<string, unknown>) => Record<string, unknown>,
): unknown {
  const { authorizer } = event.requestContext;
  const isNested = 'lambda' in authorizer;
  const context = change((isNested ? authorizer.lambda : authorizer) as Record<string, unknown>);
  const requestContext = { ...event.requestContext, authorizer: isNested ? { lambda: context } : context };
  return JSON.parse(JSON.stringify({ ...event, requestContext }));
}

function changed(event: WithAuthorizer, change: object): unknown {
  return mapContext(event, (context) => ({ ...context, ...change }));
}

function prefixed(event: WithAuthorizer): unknown {
  const entries = (context: object) =>
    Object.entries(context).map(([name, value]) => [`approov_${name}`, value]);
  return mapContext(event, (context) => ({
    ...Object.fromEntries(entries(context)),
    mine: '1',
    exp: 'mine',
  }));
}

const python = (file: string) => `import json, sys
exec(open(${JSON.stringify(file)}).read())
def attempt(read):
    try: return read()
    except Exception: return None
for case in json.load(sys.stdin):
    context = attempt(lambda: read_context(case["event"], case["now"]))
    user = context and attempt(lambda: require_user(context, case["now"]))
    print(json.dumps({"context": context, "user": user}))
`;

const go = `package main
${'%SNIPPET%'}
func main() {
	var cases []struct {
		Event map[string]any
		Now   float64
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	for _, one := range cases {
		now := time.UnixMilli(int64(one.Now * 1000))
		answer := map[string]any{"context": nil, "user": nil}
		if context, err := ReadContext(one.Event, now); err == nil {
			answer["context"] = context
			if user, err := RequireUser(context, now); err == nil {
				answer["user"] = user
			}
		}
		line, _ := json.Marshal(answer)
		fmt.Println(string(line))
	}
}
`;

/** Java has no JSON: the events are written as code, and what the snippet would parse stays text with a mark. */
const java = (all: readonly Case[]) => `import java.util.*;
${snippet('java').replace(/\n\/\*\* Reads[\s\S]*/, '')}
class Main {
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int at = 0; at < pairs.length; at += 2) map.put((String) pairs[at], pairs[at + 1]);
        return map;
    }
    static Object parse(String text) throws Exception {
        if (text.equals("[\\"")) throw new Exception("not JSON");
        return new StringBuilder(text);
    }
    static String json(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean || value instanceof StringBuilder) return String.valueOf(value);
        if (value instanceof Map<?, ?> map) {
            StringJoiner members = new StringJoiner(",", "{", "}");
            map.forEach((name, member) -> members.add(json(name) + ":" + json(member)));
            return members.toString();
        }
        StringBuilder text = new StringBuilder("\\"");
        for (char one : value.toString().toCharArray()) text.append(String.format("\\\\u%04x", (int) one));
        return text.append('"').toString();
    }
    static void check(Map<String, Object> event, double now) {
        ApproovContext reader = new ApproovContext(Main::parse);
        Map<String, Object> context = null, user = null;
        try { context = reader.read(event, now); } catch (RuntimeException refused) { }
        String read = json(context);
        if (context != null) try { user = reader.requireUser(context, now); } catch (RuntimeException refused) { }
        System.out.println("{\\"context\\":" + read + ",\\"user\\":" + json(user) + "}");
    }
    public static void main(String[] arguments) {
${all.map((_, index) => `        case${index}();`).join('\n')}
    }
${all.map(({ event, now }, index) => `    static void case${index}() { check(${javaOf({ requestContext: (event as WithAuthorizer).requestContext })}, ${now}); }`).join('\n')}
}
${snippet('java').replace(/^[\s\S]*?(?=\/\*\* Reads)/, '')}`;

function javaOf(value: unknown): string {
  if (Array.isArray(value)) return `List.of(${value.map(javaOf)})`;
  if (typeof value === 'object' && value !== null)
    return `map(${Object.entries(value).map(([name, one]) => `${JSON.stringify(name)}, ${javaOf(one)}`)})`;
  if (typeof value === 'number') return `${value}${Number.isInteger(value) ? 'L' : ''}`;
  return JSON.stringify(value);
}

function isInstalled(command: string, ...args: string[]): boolean {
  try {
    execFileSync(command, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

suite('the readers of docs/backends.md agree with readApproovContext and readUserClaims', async () => {
  const all = await cases();
  const input = JSON.stringify(all);
  const languages = [
    {
      language: 'Python',
      version: ['python3', '--version'],
      run: () => runTool('python3', ['-c', python(write('reader.py', snippet('python')))], { input }),
    },
    {
      language: 'Go',
      version: ['go', 'version'],
      run: () => {
        const file = write(
          'main.go',
          go.replace('%SNIPPET%', () => snippet('go').replace('"net/url"', '"net/url"\n\t"os"')),
        );
        return runTool('go', ['run', file], { input, env: { GOFLAGS: '-mod=mod', GO111MODULE: 'off' } });
      },
    },
    {
      language: 'Java',
      version: ['javac', '-version'],
      run: () => runTool('java', ['-Xshare:auto', '-XX:TieredStopAtLevel=1', write('Main.java', java(all))]),
    },
  ] as const;
  for (const { language, version, run } of languages) {
    const [command, ...args] = version;
    const skip = !isInstalled(command, ...args) && `${command} is not installed`;
    test(`${language}, on ${all.length} events`, { skip }, async () => {
      const lines = (await run()).stdout.trim().split('\n');
      assert.equal(lines.length, all.length);
      for (const [index, line] of lines.entries()) {
        const one = all[index] as Case;
        assert.deepEqual(comparable(JSON.parse(line)), JSON.parse(JSON.stringify(expected(one))), one.name);
      }
    });
  }

  test('the events are allowed, would be denied and refused, with and without a user', () => {
    const verdicts = all.map((one) => {
      const { context, user } = expected(one);
      return `${context === null ? 'refused' : (context.verdict ?? 'allowed')}${user ? ', user' : ''}`;
    });
    assert.deepEqual([...new Set(verdicts)].sort(), [
      'allowed',
      'allowed, user',
      'refused',
      'would-deny',
      'would-deny, user',
    ]);
  });
});
