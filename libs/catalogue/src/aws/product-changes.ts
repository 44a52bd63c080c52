import type { EnrichableFields, Enrichment, EnrichmentProvenance } from '../enrichment.ts';
import type { Attributes, ItemChange } from './change-item.ts';

const ATTRIBUTE_OF: Readonly<Record<keyof EnrichableFields, string>> = {
  genres: 'genres',
  themes: 'themes',
  themesJa: 'themes_ja',
  demographic: 'demographic',
  contentFlags: 'content_flags',
  synopsisEn: 'synopsis_en',
  synopsisJa: 'synopsis_ja',
};

/** What a job's enrichment leaves behind with the product. */
interface EnrichmentRecord extends EnrichmentProvenance {
  before: Attributes;
  after: Attributes;
  undoneAtMs?: number;
}

/** Puts an item into the index `changed`. */
export function writtenAt(nowMs: number): { changed_in: 'all'; changed_at_ms: number } {
  return { changed_in: 'all', changed_at_ms: nowMs };
}

const CHANGED = '#changed_in = :all, #changed_at_ms = :now';
const changedNames = { '#changed_in': 'changed_in', '#changed_at_ms': 'changed_at_ms' };
const changedValues = (nowMs: number): Attributes => ({ ':all': 'all', ':now': nowMs });

export function stockChange(volume: number, by: number, nowMs: number): ItemChange {
  const copies = `#stock[${volume - 1}]`;
  return {
    update: `SET ${copies} = ${copies} + :by, ${CHANGED}`,
    // Also false where the list is shorter.
    condition: `${copies} >= :least`,
    names: { '#stock': 'stock', ...changedNames },
    values: { ':by': by, ':least': Math.max(0, -by), ...changedValues(nowMs) },
  };
}

export function priceChange(priceJpy: number | null, nowMs: number): ItemChange {
  return {
    update: `SET #price = :price, ${CHANGED}`,
    condition: 'attribute_exists(#price)',
    names: { '#price': 'price_jpy', ...changedNames },
    values: { ':price': priceJpy, ...changedValues(nowMs) },
  };
}

/** Every enrichment lies in an attribute of its own, so that one write can say "not yet" of it. */
const attributeOf = (jobId: string): string => `enrichment_${jobId}`;

export function enrichmentChange({ changes, expected, provenance }: Enrichment, nowMs: number): ItemChange & { attribute: string } {
  const attribute = attributeOf(provenance.jobId);
  const record: EnrichmentRecord = { ...provenance, before: attributesOf(expected), after: attributesOf(changes) };
  return { attribute, ...replacement({ from: record.before, to: record.after, set: { attribute, value: record, condition: 'attribute_not_exists(#record)' } }, nowMs) };
}

/** What stands in the way of undoing a job's change: it has made none, or was undone. */
export function undoneAlready(item: Attributes | undefined, jobId: string): 'not-applied' | 'already-undone' | undefined {
  const record = item?.[attributeOf(jobId)] as EnrichmentRecord | undefined;
  if (record === undefined) return 'not-applied';
  return record.undoneAtMs === undefined ? undefined : 'already-undone';
}

/** For an item whose change has been made and not undone. */
export function undoChange(item: Attributes, jobId: string, nowMs: number): ItemChange {
  const attribute = attributeOf(jobId);
  const record = item[attribute] as EnrichmentRecord;
  // Kept: the same job must not be applied again.
  const value = { ...record, undoneAtMs: nowMs };
  return replacement({ from: record.after, to: record.before, set: { attribute, value, condition: 'attribute_exists(#record)' } }, nowMs);
}

function replacement(
  { from, to, set }: { from: Attributes; to: Attributes; set: { attribute: string; value: object; condition: string } },
  nowMs: number,
): ItemChange {
  const fields = Object.keys(to);
  if (fields.some((field) => from[field] === undefined)) throw new TypeError('A change needs the value before of every field.');
  const says = fields.map((field, index) => equality(`#f${index}`, `:from${index}`, from[field]));
  return {
    update: ['SET #record = :record', ...fields.map((_, index) => `#f${index} = :to${index}`), CHANGED].join(', '),
    condition: [set.condition, ...says.map(({ condition }) => condition)].join(' AND '),
    names: { '#record': set.attribute, ...Object.fromEntries(fields.map((field, index) => [`#f${index}`, field])), ...changedNames },
    values: {
      ':record': set.value,
      ...Object.fromEntries(fields.map((field, index) => [`:to${index}`, to[field]])),
      ...Object.assign({}, ...says.map(({ values }) => values)) as Attributes,
      ...changedValues(nowMs),
    },
  };
}

/** Lists entry by entry: not every DynamoDB compares them whole. */
function equality(name: string, placeholder: string, value: unknown): { condition: string; values: Attributes } {
  if (!Array.isArray(value)) return { condition: `${name} = ${placeholder}`, values: { [placeholder]: value } };
  const entries = value.map((_, index) => `${name}[${index}] = ${placeholder}_${index}`);
  return {
    condition: [`size(${name}) = ${placeholder}`, ...entries].join(' AND '),
    values: { [placeholder]: value.length, ...Object.fromEntries(value.map((entry, index) => [`${placeholder}_${index}`, entry])) },
  };
}

function attributesOf(fields: EnrichableFields): Attributes {
  return Object.fromEntries(Object.entries(fields).map(([field, value]) => [ATTRIBUTE_OF[field as keyof EnrichableFields], value]));
}
