import { join } from 'node:path';
import ts from 'typescript';
import { code, constantOf, findAll, parse, root, table } from './sources.ts';

const SERVICE = 'apps/tool-service/src';

interface Definition {
  name: string;
  description: string;
  input_schema: { properties: Record<string, Argument>; required: readonly string[] };
}

interface Argument {
  type: string;
  description: string;
  enum?: readonly string[];
  default?: unknown;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

// Imported and not read as text: these very objects are what models are told and what arguments are checked by.
const definitions = await Promise.all(toolFolders().map(async (folder) => ({ folder, definition: await definitionIn(folder) })));

/** docs/tools.md, from the definitions in the order in which models are told of them. */
export function toolDocument(): string {
  const refusals = constantOf('libs/schemas/src/tools/tool-call.response.ts', 'TOOL_ERROR_CODES') as string[];
  return `${INTRODUCTION}
A refusal has one of the codes ${refusals.map(code).join(', ')}, and says in words what to do instead.

${definitions.map(sectionOf).join('\n\n')}
`;
}

const INTRODUCTION = `# Tools

Written by \`npm run docs\` from the definitions; do not edit.

What a model may ask tool-service for. Each definition is written once: \`GET /v1/tools\` gives it to chat-gateway, which makes Bedrock's \`toolConfig\` of it,
and to rest-api, whose cache keys carry its version; \`POST /v1/tools/{name}/calls\` checks arguments by its JSON Schema. Any other argument is refused.
Who is asking comes from the service token, never from an argument. A result is JSON of at most 8 KiB for the model and, where series are in it, \`cards\` for people
([shapes](../libs/schemas/src/tools)).
`;

/** `[SearchMangaCatalog, …]` of the module is the list of tools there are. */
function toolFolders(): string[] {
  const list = findAll(parse(`${SERVICE}/app.module.ts`), ts.isVariableDeclaration).find(({ name }) => name.getText() === 'TOOLS')?.initializer;
  if (list === undefined || !ts.isArrayLiteralExpression(list)) throw new Error(`${SERVICE}/app.module.ts has no list TOOLS any more.`);
  return list.elements.map((element) => `tools/${element.getText().replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase()}`);
}

async function definitionIn(folder: string): Promise<Definition> {
  const exported = Object.values((await import(join(root, SERVICE, folder, 'definition.ts'))) as Record<string, unknown>);
  const found = exported.find((value): value is Definition => value !== null && typeof value === 'object' && 'input_schema' in value);
  if (found === undefined) throw new Error(`${SERVICE}/${folder}/definition.ts exports no definition.`);
  return found;
}

function sectionOf({ folder, definition: { name, description, input_schema: schema } }: { folder: string; definition: Definition }): string {
  const rows = Object.entries(schema.properties).map(([argument, about]) => [code(argument), about.type, schema.required.includes(argument) ? 'yes' : 'no', limitsOf(about), about.description]);
  return `## ${name}\n\n${description} ([source](../${SERVICE}/${folder}))\n\n${table(['argument', 'type', 'needed', 'limits', 'what it is'], rows)}`;
}

function limitsOf(argument: Argument): string {
  const { minimum, maximum, minLength, maxLength, pattern } = argument;
  const limits = [
    argument.enum?.map(code).join(', '),
    minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}` : undefined,
    minLength !== undefined && maxLength !== undefined ? `${minLength} to ${maxLength} characters` : undefined,
    pattern === undefined ? undefined : code(pattern),
    argument.default === undefined ? undefined : `${String(argument.default)} when left out`,
  ];
  return limits.filter((limit) => limit !== undefined).join('; ');
}
