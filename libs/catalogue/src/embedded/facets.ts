import type { CatalogueFacets, FacetCount } from '../catalogue-search.ts';
import type { Product } from '../product.ts';

/** What there is of each kind among some products. What is not known is no kind. */
export function facetsOf(products: readonly Product[]): CatalogueFacets {
  return {
    genres: counted(products.flatMap(({ genres }) => genres)),
    demographics: counted(products.map(({ demographic }) => demographic)),
    statuses: counted(products.map(({ status }) => status)),
    decades: counted(products.map(({ startYear }) => (startYear === 0 ? '' : String(startYear - (startYear % 10))))),
    inStock: products.filter(({ stock }) => stock.some((copies) => copies > 0)).length,
  };
}

/** The commonest first, equals by name. */
function counted(values: readonly string[]): FacetCount[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== '') counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
}
