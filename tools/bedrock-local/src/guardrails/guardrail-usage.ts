/** Texts are billed by the thousand characters. */
const CHARACTERS_PER_UNIT = 1_000;

export function guardrailUsage(characters: number): Record<string, number> {
  const units = Math.ceil(characters / CHARACTERS_PER_UNIT);
  return {
    topicPolicyUnits: 0,
    contentPolicyUnits: 0,
    wordPolicyUnits: units,
    sensitiveInformationPolicyUnits: units,
    sensitiveInformationPolicyFreeUnits: 0,
    contextualGroundingPolicyUnits: 0,
  };
}

export function guardrailMetrics(characters: number, latencyMs: number): Record<string, unknown> {
  return {
    guardrailProcessingLatency: Math.max(1, Math.round(latencyMs)),
    usage: guardrailUsage(characters),
    guardrailCoverage: { textCharacters: { guarded: characters, total: characters } },
  };
}
