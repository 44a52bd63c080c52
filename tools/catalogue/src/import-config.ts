import { MinLength } from 'class-validator';

/** The same variable as the services', so that they find what was imported. */
export class ImportConfig {
  @MinLength(1)
  productsTable: string = 'manga-products';
}
