import ts from 'typescript';
import { code, constantOf, docOf, findAll, nameOf, parse, pathsOf, placeOf, table, textOf, valueOf } from './sources.ts';

export interface ConfigField {
  /** `turnTimeoutMs` */
  name: string;
  type: string;
  /** As it would be written in the environment. */
  default: string;
  limits: string;
  meaning: string;
}

const SHARED = 'libs/config/src/service-config.ts';
const MODEL = 'libs/config/src/model-config.ts';

/** docs/config.md, from the config classes of the services and the supervisor's ports. */
export function configDocument(): string {
  const shared = configFields(parse(SHARED));
  const model = configFields(parse(MODEL), shared);
  const services = pathsOf('apps/*/src/config.ts').map((path) => {
    const name = path.split('/')[1];
    const asksModel = /extends ModelConfig\b/.test(textOf(path));
    const inherited = asksModel ? 'the variables of every service and of every service that asks a language model' : 'the variables of every service';
    return `## ${name}\n\nRead by [${path}](../${path}), with ${inherited}.\n\n${fieldTable(configFields(parse(path), [...shared, ...(asksModel ? model : [])]))}`;
  });
  return `${INTRODUCTION}\n## Every service\n\n${fieldTable(shared)}\n\n## Every service that asks a language model\n\nchat-gateway, rest-api and async-worker.\n\n${fieldTable(model)}\n\n${services.join('\n\n')}\n\n${portSection()}`;
}

const INTRODUCTION = `# Configuration

Written by \`npm run docs\` from the config classes; do not edit.

A service reads its variables once, at its start. An absent or empty variable leaves the default, and the defaults fit what \`npm start\`
starts on a laptop; only the AWS SDK's own variables (\`AWS_REGION\`, \`AWS_ENDPOINT_URL…\`, credentials) have none here. A wrong variable stops the service with exit code 2 and one line for
every wrong variable, never with a value. Secrets come from the environment only and print as \`[secret]\`;
with \`NODE_ENV=production\` a service does not start with the default of one.

The page's few variables are in [its README](../apps/web/README.md).
`;

function fieldTable(fields: readonly ConfigField[]): string {
  const rows = fields.map((field) => [code(variableOf(field.name)), field.type, field.default === '' ? 'empty' : code(field.default), field.limits, field.meaning]);
  return table(['variable', 'type', 'default', 'limits', 'what it is'], rows);
}

/** The rule of libs/config: `turnTimeoutMs` is `TURN_TIMEOUT_MS`. */
function variableOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** The fields of a file's config class. A field that overrides an inherited one keeps its rules and, without its own, its comment. Errors: a field without a comment or default. */
export function configFields(source: ts.SourceFile, inherited: readonly ConfigField[] = []): ConfigField[] {
  const fields = findAll(source, ts.isClassDeclaration).flatMap(({ members }) => members.filter(ts.isPropertyDeclaration));
  return fields.map((field) => {
    const name = nameOf(field.name);
    const base = inherited.find((other) => other.name === name);
    const meaning = docOf(field) ?? base?.meaning;
    if (meaning === undefined) throw new Error(`${placeOf(field)}: ${name} needs a doc comment: what it is, and its unit.`);
    if (field.initializer === undefined) throw new Error(`${placeOf(field)}: ${name} needs a default.`);
    const rules = rulesOf(field);
    const own = { type: typeOf(field, rules), limits: limitsOf(rules) };
    return { name, default: defaultOf(field.initializer), meaning, ...(base && rules.size === 0 ? { type: base.type, limits: base.limits } : own) };
  });
}

type Rules = ReadonlyMap<string, ts.CallExpression>;

function rulesOf(field: ts.PropertyDeclaration): Rules {
  const calls = (ts.getDecorators(field) ?? []).map(({ expression }) => expression).filter(ts.isCallExpression);
  return new Map(calls.map((call) => [call.expression.getText(), call]));
}

function typeOf(field: ts.PropertyDeclaration, rules: Rules): string {
  if (rules.has('SecretField')) return 'secret';
  if (rules.has('Flag') || rules.has('IsBoolean')) return '`true` or `false`';
  if (rules.has('List')) return 'list, by commas';
  if (rules.has('IsInt')) return 'whole number';
  if (rules.has('IsUrl')) return 'URL';
  return field.type?.kind === ts.SyntaxKind.NumberKeyword ? 'number' : 'text';
}

/** Decorators that the type column says already. */
const NO_LIMITS = new Set(['SecretField', 'Flag', 'List', 'IsBoolean', 'IsInt', 'IsNumber', 'IsString', 'IsArray', 'Min', 'Max']);

function limitsOf(rules: Rules): string {
  const limits = [...rules].filter(([name]) => !NO_LIMITS.has(name)).map(([name, call]) => limitOf(name, call));
  const [least, most] = ['Min', 'Max'].map((name) => rules.get(name)).map((call) => call && shown(argumentOf(call, 0)));
  if (least !== undefined && most !== undefined) limits.unshift(`${least} to ${most}`);
  else if (least !== undefined) limits.unshift(`at least ${least}`);
  else if (most !== undefined) limits.unshift(`at most ${most}`);
  return limits.filter((limit) => limit !== '').join('; ');
}

function limitOf(name: string, call: ts.CallExpression): string {
  switch (name) {
    case 'IsIn':
      return (argumentOf(call, 0) as unknown[]).map((value) => code(String(value))).join(', ');
    case 'MinLength':
      return argumentOf(call, 0) === 1 ? 'not empty' : `at least ${shown(argumentOf(call, 0))} characters`;
    case 'ArrayNotEmpty':
      return 'at least one';
    case 'IsUrl':
      return ((argumentOf(call, 0) as { protocols?: string[] } | undefined)?.protocols ?? []).map((protocol) => code(`${protocol}://`)).join(', ');
    case 'Matches':
      return (argumentOf(call, 1) as { message?: string } | undefined)?.message ?? code(call.arguments[0]?.getText() ?? '');
    default:
      return code(call.getText());
  }
}

function argumentOf(call: ts.CallExpression, index: number): unknown {
  const argument = call.arguments[index];
  return argument && valueOf(argument);
}

function defaultOf(initializer: ts.Expression): string {
  if (ts.isNewExpression(initializer) && initializer.expression.getText() === 'Secret') {
    const [value] = initializer.arguments ?? [];
    return value && ts.isStringLiteral(value) && value.text === 'local' ? 'local' : '[secret]';
  }
  const value = valueOf(initializer);
  return Array.isArray(value) ? value.join(',') : String(value);
}

const shown = (value: unknown): string => (typeof value === 'number' ? value.toLocaleString('en') : String(value));

function portSection(): string {
  const settings = constantOf('tools/start/src/ports.ts', 'portSettings') as Record<string, { variable: string; port: number }>;
  const rows = Object.entries(settings).map(([name, { variable, port }]) => [name, code(variable), code(String(port))]);
  return `## npm start\n\nThe supervisor gives every process its \`PORT\` from these. \`PORT_OFFSET\` (default \`0\`) is added to all of them.\n\n${table(['process', 'variable', 'default'], rows)}\n`;
}
