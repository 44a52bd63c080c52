export interface ScriptedCall {
  name: string;
  input: Record<string, unknown>;
}

/** What the model says, and the tools it calls after saying it. */
export interface Answer {
  text: string;
  calls: ScriptedCall[];
}
