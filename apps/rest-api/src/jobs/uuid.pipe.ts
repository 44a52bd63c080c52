import { AppError, isUuid } from '@manga-assist/foundation';
import type { PipeTransform } from '@nestjs/common';

/** An id in an address: a real UUID in lower case; 36 dashes are not one. Error: `invalid` `request.invalid`. */
export class UuidPipe implements PipeTransform<string, string> {
  constructor(private readonly name: string) {}

  transform(value: string): string {
    if (isUuid(value)) return value;
    throw new AppError('invalid', 'request.invalid', 'Validation failed', { problems: [{ path: this.name, message: 'must be a UUID in lower case' }] });
  }
}
