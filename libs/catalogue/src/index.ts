export { openDynamoOrderStore, type DynamoOrderStoreOptions } from './aws/dynamo-order-store.ts';
export { openDynamoProductStore, type DynamoProductStoreOptions } from './aws/dynamo-product-store.ts';
export { openS3Covers, type S3CoversOptions } from './aws/s3-covers.ts';
export {
  CatalogueSearch,
  TextEmbedder,
  type CatalogueFacets,
  type CatalogueHealth,
  type FacetCount,
  type SearchHit,
  type SearchPage,
  type SearchQuery,
  type SimilarityQuery,
} from './catalogue-search.ts';
export type { EnrichableFields, Enrichment, EnrichmentProvenance, EnrichOutcome, StockOutcome, UndoOutcome } from './enrichment.ts';
export { coverKeyOf, Covers } from './covers.ts';
export type { Explanation } from './explanation.ts';
export { openEmbeddedCatalogueSearch, type EmbeddedCatalogueSearchOptions } from './embedded/embedded-catalogue-search.ts';
export {
  openOpenSearchCatalogueSearch,
  type OpenSearchCatalogueSearch,
  type OpenSearchCatalogueSearchOptions,
} from './opensearch/opensearch-catalogue-search.ts';
export type { OpenSearchService } from './opensearch/service-profile.ts';
export { DEMOGRAPHICS, GENRES, type Demographic, type Genre, type Product } from './product.ts';
export { productFromRecord, recordFromProduct, type SeriesRecord } from './series-record.ts';
export { understandQuery, type UnderstoodQuery } from './query/understand-query.ts';
export { sharedTraits, type SharedTraits } from './shared-traits.ts';
export { OrderStore, ProductStore, type Order } from './stores.ts';
export { readVolumes, type VolumeRange } from './text/volumes.ts';
