/** JSON Schema (draft 2020-12 subset) of a tool's arguments: what the model is told and what is validated. */
export type ToolInputSchema = Readonly<Record<string, unknown>>;

export interface ToolDescription {
  name: string;
  description: string;
  input_schema: ToolInputSchema;
}

/** GET /v1/tools: the one definition from which toolConfig, validation and docs are made. */
export interface ToolListResponse {
  /** Changes whenever any definition changes; part of every cache key and ledger row. */
  version: string;
  tools: ToolDescription[];
}
