import type { JsonObject } from '../../messages/json.ts';
import type { Briefing } from './briefing/briefing.ts';
import { factsFor } from './facts-for.ts';
import { buildInstance } from './schema/build-instance.ts';

/** A value that follows a JSON schema, with what the data give and nothing made up. */
export function fillSchema(schema: JsonObject, briefing: Briefing): unknown {
  return buildInstance(schema, { facts: factsFor(briefing, schema), language: briefing.language, text: briefing.data });
}
