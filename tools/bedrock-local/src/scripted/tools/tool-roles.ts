import { isObject, type JsonObject } from '../../messages/json.ts';
import type { ToolDefinition } from '../../messages/messages-request.ts';

export type Role = 'order' | 'availability' | 'similar' | 'details' | 'search';
export type ToolsByRole = Partial<Record<Role, ToolDefinition>>;

interface RoleWords {
  role: Role;
  name: RegExp;
  description: RegExp;
  /** The tool must take one of these, or it could not be used for the purpose. */
  property: RegExp;
}

const ROLES: readonly RoleWords[] = [
  { role: 'order', name: /order|shipment|delivery/i, description: /\border status|注文|配送/i, property: /order|tracking/i },
  { role: 'availability', name: /availab|stock|inventory/i, description: /in stock|availability|在庫/i, property: /manga_?id|product_?id|series_?id|title|^id$/i },
  { role: 'similar', name: /similar|related|recommend/i, description: /similar to|似た/i, property: /title|manga_?id|series_?id|^id$/i },
  { role: 'search', name: /search|find|look_?up|query|catalog/i, description: /\bsearch|検索/i, property: /query|keyword|search|^q$|^text$/i },
  { role: 'details', name: /detail|info|get_(?:manga|series|product|title)/i, description: /details of|詳細/i, property: /manga_?id|product_?id|series_?id|title|^id$/i },
];

export function propertiesOf(tool: ToolDefinition): Record<string, JsonObject> {
  const properties = tool.inputSchema['properties'];
  if (!isObject(properties)) return {};
  return Object.fromEntries(Object.entries(properties).filter((entry): entry is [string, JsonObject] => isObject(entry[1])));
}

/** Which of the caller's tools serves which purpose; names are compared before descriptions. */
export function toolsByRole(tools: readonly ToolDefinition[]): ToolsByRole {
  const found: ToolsByRole = {};
  const taken = new Set<ToolDefinition>();
  for (const look of ['name', 'description'] as const) {
    for (const words of ROLES) {
      if (found[words.role]) continue;
      const tool = tools.find(
        (candidate) => !taken.has(candidate) && words[look].test(candidate[look]) && Object.keys(propertiesOf(candidate)).some((property) => words.property.test(property)),
      );
      if (!tool) continue;
      found[words.role] = tool;
      taken.add(tool);
    }
  }
  return found;
}
