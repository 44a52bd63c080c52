import { canonicalSha256, type JsonObject } from '@manga-assist/foundation';
import type { ToolListResponse } from '@manga-assist/schemas/tools';
import type { Tool, ToolInput } from '../tools/tool.ts';
import { compileArguments, type ArgumentProblems } from './compile-arguments.ts';

export interface KnownTool {
  tool: Tool;
  /** What is wrong with the arguments, for the model to read; empty when nothing is. */
  problemsOf(input: ToolInput): ArgumentProblems;
}

/** The tools there are. */
export class Toolbox {
  readonly list: ToolListResponse;
  readonly #tools: ReadonlyMap<string, KnownTool>;

  constructor(tools: readonly Tool[]) {
    const definitions = tools.map(({ definition }) => definition);
    this.list = { version: `tools-${canonicalSha256(definitions as unknown as JsonObject[]).slice(0, 12)}`, tools: definitions };
    this.#tools = new Map(tools.map((tool) => [tool.definition.name, { tool, problemsOf: compileArguments(tool.definition.input_schema) }]));
  }

  find(name: string): KnownTool | undefined {
    return this.#tools.get(name);
  }
}
