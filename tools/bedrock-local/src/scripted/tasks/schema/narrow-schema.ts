import { asArray, asString, isObject, type JsonObject } from '../../../messages/json.ts';

/** One plain schema: references followed, `allOf` put together, one branch of `anyOf` and `oneOf` taken. */
export function narrowed(given: unknown, root: JsonObject, mayRefer: boolean, known: unknown): JsonObject {
  let schema: JsonObject = isObject(given) ? given : {};
  const reference = asString(schema['$ref']);
  if (reference !== undefined) {
    if (!mayRefer) return { type: 'null' };
    const { $ref: _followed, ...beside } = schema;
    schema = merged(narrowed(referred(reference, root), root, mayRefer, known), beside);
  }
  for (const part of asArray(schema['allOf'])) schema = merged(schema, narrowed(part, root, mayRefer, known));
  const branches = [...asArray(schema['anyOf']), ...asArray(schema['oneOf'])].filter(isObject);
  if (branches.length === 0) return schema;
  const { anyOf: _any, oneOf: _one, ...beside } = schema;
  return merged(beside, narrowed(branchFor(branches, mayRefer, known), root, mayRefer, known));
}

/** Something rather than null, unless nothing more may be opened. */
function branchFor(branches: readonly JsonObject[], mayRefer: boolean, known: unknown): JsonObject {
  const open = branches.filter((branch) => branch['type'] !== 'null');
  const closed = branches.find((branch) => branch['type'] === 'null');
  if (!mayRefer && closed) return closed;
  const wanted = Array.isArray(known) ? 'array' : typeof known;
  return open.find((branch) => branch['type'] === wanted) ?? open[0] ?? closed ?? {};
}

function referred(reference: string, root: JsonObject): unknown {
  if (!reference.startsWith('#')) return {};
  let found: unknown = root;
  for (const part of reference.slice(1).split('/').filter(Boolean)) found = isObject(found) ? found[decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')] : undefined;
  return found;
}

function merged(a: JsonObject, b: JsonObject): JsonObject {
  const both = { ...a, ...b };
  if (isObject(a['properties']) && isObject(b['properties'])) both['properties'] = { ...a['properties'], ...b['properties'] };
  if (Array.isArray(a['required']) && Array.isArray(b['required'])) both['required'] = [...new Set([...asArray(a['required']), ...asArray(b['required'])])];
  return both;
}
