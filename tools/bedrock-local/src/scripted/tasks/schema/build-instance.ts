import { asArray, asNumber, asString, isObject, type JsonObject } from '../../../messages/json.ts';
import type { Language } from '../../text.ts';
import { chosen, mentioned, scaled } from './choose.ts';
import { extracted } from './extract.ts';
import { factOf, Named, type Facts } from './facts.ts';
import { fitNumber } from './fit-number.ts';
import { compiledPattern, fitText } from './fit-text.ts';
import { narrowed } from './narrow-schema.ts';
import { readPropertyName } from './topic-names.ts';

/** What an instance is built from. */
export interface Material {
  facts: Facts;
  language: Language;
  /** The data as text: what nothing else is known of is found in it. */
  text: string;
}

interface Place extends Material {
  root: JsonObject;
  name: string;
  /** The topic of the nearest property that has one. */
  topic: string | undefined;
  /** True inside `confidence` or `scores`, where every number tells how sure something is. */
  isMeasure: boolean;
  /** Which of the numbers in the text is meant: an object's properties take them in turn. */
  numberIndex: number;
  depth: number;
}

/** Schemas that refer to themselves end here. */
const DEEPEST = 12;
const MOST_ITEMS = 8;

/** A value that follows a JSON schema, with what is known of the data and nothing made up. */
export function buildInstance(schema: JsonObject, material: Material): unknown {
  return build(schema, { ...material, root: schema, name: '', topic: undefined, isMeasure: false, numberIndex: 0, depth: 0 }, undefined);
}

function build(given: unknown, place: Place, known: unknown): unknown {
  const schema = narrowed(given, place.root, place.depth < DEEPEST, known);
  if ('const' in schema) return schema['const'];
  const choices = asArray(schema['enum']);
  if (choices.length > 0) return choice(choices, place, known);
  switch (typeOf(schema)) {
    case 'object':
      return object(schema, place, known);
    case 'array':
      return array(schema, place, known);
    case 'integer':
    case 'number':
      return fitNumber(schema, amount(schema, place, known));
    case 'boolean':
      return known === true || (Array.isArray(known) && known.length > 0);
    case 'null':
      return null;
    default:
      return fitText(schema, textFor(schema, known, place), place.text);
  }
}

/** Something rather than null. */
function typeOf(schema: JsonObject): string {
  const types = asArray(Array.isArray(schema['type']) ? schema['type'] : [schema['type']]).flatMap((type) => asString(type) ?? []);
  const first = types.find((type) => type !== 'null' || types.length === 1);
  if (first !== undefined) return first;
  if (isObject(schema['properties'])) return 'object';
  if (isObject(schema['items']) || Array.isArray(schema['prefixItems'])) return 'array';
  return 'minimum' in schema || 'maximum' in schema ? 'number' : 'string';
}

function choice(choices: readonly unknown[], place: Place, known: unknown): unknown {
  const rank = factOf(place.facts, 'readingRank', place.language);
  const first: unknown = Array.isArray(known) ? known[0] : known;
  const meant = namesOf(first).map((name) => chosen(choices, name)).find((found) => found !== undefined);
  if (meant !== undefined) return meant;
  if (place.topic === 'readingLevel' && typeof rank === 'number') return scaled(choices, rank, 5);
  const unknown = chosen(choices, 'unknown') ?? chosen(choices, 'other');
  // What is known and none of the choices is not found by looking for one of them in the text.
  return (known === undefined ? undefined : unknown) ?? mentioned(choices, place.text) ?? unknown ?? choices[0];
}

function object(schema: JsonObject, place: Place, known: unknown): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  const facts = known instanceof Named ? { ...place.facts, ...known.facts } : isObject(known) ? { ...place.facts, ...known } : place.facts;
  const built: JsonObject = {};
  let numbers = 0;
  for (const [name, its] of Object.entries(properties)) {
    const isNumber = isObject(its) && (its['type'] === 'number' || its['type'] === 'integer');
    built[name] = property(its, name, { ...place, facts, numberIndex: isNumber ? numbers++ : 0 });
  }
  const required = asArray(schema['required']).filter((name): name is string => typeof name === 'string' && !(name in built));
  for (const name of required) built[name] = property(schema['additionalProperties'], name, { ...place, facts });
  if (Object.keys(built).length === 0 && isObject(schema['additionalProperties'])) Object.assign(built, mapOf(schema, place, known));
  return built;
}

/** `{ "<name>": value }` for each of the things that are known. */
function mapOf(schema: JsonObject, place: Place, known: unknown): JsonObject {
  const least = asNumber(schema['minProperties']) ?? 0;
  const names = Array.isArray(known) ? known.flatMap((item: unknown) => (item instanceof Named ? [item] : [])) : [];
  const entries = names.slice(0, asNumber(schema['maxProperties']) ?? MOST_ITEMS).map((item) => [String(item.facts['id'] ?? item.name), build(schema['additionalProperties'], { ...place, facts: { ...place.facts, ...item.facts }, depth: place.depth + 1 }, item)]);
  for (let index = entries.length; index < least; index++) entries.push([`item_${index + 1}`, build(schema['additionalProperties'], { ...place, depth: place.depth + 1 }, undefined)]);
  return Object.fromEntries(entries) as JsonObject;
}

function property(schema: unknown, name: string, outer: Place): unknown {
  const read = readPropertyName(name);
  const topic = read.topic ?? (read.saysNothing || read.language ? outer.topic : undefined);
  const isMeasure = outer.isMeasure || topic === 'confidence';
  const language = read.language ?? outer.language;
  const place: Place = { ...outer, name: read.plain, topic: topic ?? outer.topic, isMeasure, language, depth: outer.depth + 1 };
  const fact = (named: string): unknown => factOf(outer.facts, named, language);
  const known = fact(read.plain) ?? fact(name) ?? (topic === undefined ? undefined : fact(topic)) ?? (read.meansList ? fact('list') : undefined);
  return build(schema, place, known ?? extracted(read.plain, outer.text));
}

function array(schema: JsonObject, place: Place, known: unknown): unknown[] {
  const itemsSchema = narrowed(schema['items'], place.root, true, undefined);
  const items = itemsOf(known, place, itemsSchema).filter((item) => isAllowed(item, schema['items'], place));
  const least = asNumber(schema['minItems']) ?? 0;
  const most = Math.max(least, Math.min(asNumber(schema['maxItems']) ?? Infinity, Math.max(MOST_ITEMS, Array.isArray(known) ? known.length : 0)));
  const inner = { ...place, depth: place.depth + 1 };
  if (Array.isArray(schema['prefixItems'])) {
    const first = schema['prefixItems'].map((item, index) => build(item, inner, items[index]));
    return first.slice(0, Math.max(least, first.length));
  }
  const itemSchema = schema['items'] ?? {};
  const choices = asArray(narrowed(itemSchema, place.root, true, undefined)['enum']);
  const wantsIds = /(?:^|_)ids?$/.test(place.name);
  const fitting =
    choices.length > 0
      ? items.flatMap((item) => namesOf(item).map((name) => chosen(choices, name)).find((found) => found !== undefined) ?? [])
      : items.map((item) => build(itemSchema, inner, wantsIds && item instanceof Named ? (item.facts['id'] ?? item.name) : item));
  const built = schema['uniqueItems'] === true || choices.length > 0 ? unique(fitting) : fitting;
  for (let tries = 0; built.length < least && tries < 2 * least + choices.length; tries++) {
    const more = choices.length > 0 ? choices[tries % choices.length] : build(itemSchema, { ...inner, facts: {} }, `${place.name.replaceAll('_', ' ') || 'item'} ${built.length + 1}`);
    // Choices that are left come before any is given twice.
    const mayRepeat = schema['uniqueItems'] !== true && tries >= choices.length;
    if (mayRepeat || !built.some((item) => JSON.stringify(item) === JSON.stringify(more))) built.push(more);
  }
  return built.slice(0, most);
}

function itemsOf(known: unknown, place: Place, itemSchema: JsonObject): readonly unknown[] {
  if (Array.isArray(known)) return known;
  if (known === undefined || known === null) {
    const list = place.name === '' || /(?:^|_)ids$/.test(place.name) || namesItsItems(itemSchema) ? factOf(place.facts, 'list', place.language) : undefined;
    return Array.isArray(list) ? list : [];
  }
  return [known];
}

/** False for a thing whose own name is none of the choices that its kind of object gives for it. */
function isAllowed(item: unknown, schema: unknown, { root, topic }: Place): boolean {
  if (!(item instanceof Named) || topic === undefined) return true;
  const { properties } = narrowed(schema, root, true, undefined);
  return Object.entries(isObject(properties) ? properties : {}).every(([name, its]) => {
    const choices = asArray(narrowed(its, root, true, undefined)['enum']);
    const read = readPropertyName(name);
    if (choices.length === 0 || (read.topic !== topic && !read.saysNothing && read.topic !== 'title')) return true;
    return [...namesOf(item), ...namesOf(item.facts[read.plain])].some((called) => chosen(choices, called) !== undefined);
  });
}

/** What a thing may be called in a list of choices. */
function namesOf(item: unknown): unknown[] {
  if (!(item instanceof Named)) return [item];
  return [item.name, item.facts['slug'], item.facts['id'], ...(Array.isArray(item.facts['alternatives']) ? (item.facts['alternatives'] as unknown[]) : [])].filter((name) => name !== undefined);
}

/** A list whose items have ids is one of the things that came with ids, whatever it is called. */
function namesItsItems(schema: JsonObject): boolean {
  const { properties } = schema;
  return Object.keys(isObject(properties) ? properties : {}).some((name) => readPropertyName(name).topic === 'id');
}

function unique(values: readonly unknown[]): unknown[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = JSON.stringify(value);
    return seen.has(key) ? false : Boolean(seen.add(key));
  });
}

function amount(schema: JsonObject, place: Place, known: unknown): number | undefined {
  if (typeof known === 'number') return place.isMeasure || place.topic === 'score' ? onScale(schema, known) : known;
  if (place.isMeasure) {
    const evidence = Array.isArray(known) ? confidenceOf(known[0]) : confidenceOf(known);
    return onScale(schema, evidence ?? asNumber(factOf(place.facts, 'confidence', place.language)) ?? 0.5);
  }
  const numbers = (typeof known === 'string' ? known : place.text).replaceAll(/(?<=\d),(?=\d{3})/g, '').match(/(?<![\w-])-?\d+(?:\.\d+)?/g) ?? [];
  const meant = typeof known === 'string' ? numbers[0] : (numbers[place.numberIndex] ?? numbers[0]);
  return meant === undefined ? undefined : Number(meant);
}

function confidenceOf(item: unknown): number | undefined {
  return item instanceof Named ? asNumber(item.facts['confidence']) : undefined;
}

/** Confidence and scores are known from 0 to 1; schemas may count to 5, 10 or 100. */
function onScale(schema: JsonObject, value: number): number {
  const most = asNumber(schema['maximum']) ?? (schema['type'] === 'integer' ? 100 : 1);
  const least = asNumber(schema['minimum']) ?? 0;
  return most <= 1 || value > 1 ? value : least + value * (most - least);
}

const SINGULAR = /^(?:primary|main|dominant|top|best|first)_|[^s]$/;

/** An id where the schema's pattern is that of ids, the first of several where the name asks for one. */
function textFor(schema: JsonObject, known: unknown, place: Place): string {
  const first: unknown = Array.isArray(known) && SINGULAR.test(place.name) && place.topic !== 'reason' && place.topic !== 'summary' ? known[0] : known;
  const id = first instanceof Named ? asString(first.facts['id']) : undefined;
  const pattern = asString(schema['pattern']);
  if (id !== undefined && pattern !== undefined && compiledPattern(pattern)?.test(id)) return id;
  return wordsOf(first, place);
}

function wordsOf(known: unknown, place: Place): string {
  if (known instanceof Named) return known.name;
  if (typeof known === 'string') return known;
  if (typeof known === 'number' || typeof known === 'boolean') return String(known);
  if (Array.isArray(known)) return known.map((item: unknown) => wordsOf(item, { ...place, facts: {} })).filter(Boolean).join(place.language === 'ja' ? '、' : ', ');
  if (isObject(known)) return JSON.stringify(known);
  if (known === null) return '';
  return unknownText(place);
}

/** The sentence of the data that shares most with the property's name, else what the data say as a whole. */
function unknownText(place: Place): string {
  if (/^(?:query|question|input|prompt|message|keywords?|search(?:_term)?)$/.test(place.name)) return place.text.trim().slice(0, 400);
  const words = place.name.split('_').filter((word) => word.length > 3);
  const sentence = words.length === 0 ? undefined : place.text.match(/[^。.!?！？\n]{8,300}[。.!?！？]/g)?.find((candidate) => words.some((word) => candidate.toLowerCase().includes(word)));
  return sentence?.trim() ?? asString(factOf(place.facts, 'summary', place.language)) ?? '';
}
