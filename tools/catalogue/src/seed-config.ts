import { Secret, SecretField } from '@manga-assist/config';
import { MinLength } from 'class-validator';

/** The same variables as the services', so that they find what was seeded. */
export class SeedConfig {
  @MinLength(1)
  productsTable: string = 'manga-products';

  @MinLength(1)
  ordersTable: string = 'manga-orders';

  @MinLength(1)
  apiKeysTable: string = 'manga-api-keys';

  /** The bucket of covers. */
  @MinLength(3)
  coversBucket: string = 'manga-covers';

  /** What stored API keys are hashed with. */
  @SecretField()
  apiKeyPepper: Secret = new Secret('local');
}
